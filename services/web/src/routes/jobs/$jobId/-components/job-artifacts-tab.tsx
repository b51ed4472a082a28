import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { artifactsQuery, type ArtifactList } from '@/features/jobs/api'
import { ArtifactGallery } from '@/features/jobs/artifact-gallery'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'

/** The page's own stream: the tab's count and the waterfall's markers grow with it, whichever tab is open. */
export function useJobArtifacts(jobId: string): UseQueryResult<ArtifactList> {
  usePageStream('artifacts', { path: { job_id: jobId } })
  return useQuery(artifactsQuery(jobId))
}

export function JobArtifactsTab({ artifacts, opened, onShow }: { artifacts: UseQueryResult<ArtifactList>; opened: string | undefined; onShow: (id: string | undefined) => void }) {
  return (
    <QueryView query={artifacts}>
      {(list) =>
        list.artifacts.length > 0 ? (
          <ArtifactGallery artifacts={list.artifacts} opened={opened} onShow={onShow} />
        ) : (
          <Nothing kind="never" title="This job has no artifacts. What it stores while it runs appears here." />
        )
      }
    </QueryView>
  )
}
