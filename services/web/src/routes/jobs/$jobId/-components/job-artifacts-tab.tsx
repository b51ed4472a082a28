import { useQuery } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { artifactsQuery } from '@/features/jobs/api'
import { ArtifactGallery } from '@/features/jobs/artifact-gallery'
import { QueryView } from '@/ui/query-view'

export function JobArtifactsTab({ jobId }: { jobId: string }) {
  usePageStream('artifacts', { path: { job_id: jobId } })
  const artifacts = useQuery(artifactsQuery(jobId))
  return (
    <QueryView query={artifacts}>
      {(list) =>
        list.artifacts.length > 0 ? (
          <ArtifactGallery artifacts={list.artifacts} />
        ) : (
          <p className="nothing-inline">This job has no artifacts. What it stores while it runs appears here.</p>
        )
      }
    </QueryView>
  )
}
