import { useQuery } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { traceTemplateQuery } from '@/features/traces/api'
import { traceUrl } from '@/features/traces/trace-url'
import { CopyableId } from '@/ui/copyable-id'

function Door({ template, id, children }: { template: string; id: string; children: ReactNode }) {
  return (
    <a href={traceUrl(template, id)} target="_blank" rel="noreferrer" className="door-out" title={`Trace ${id} in your tracing tool`}>
      {children}
      <ExternalLink size={12} aria-hidden />
    </a>
  )
}

/** A trace's id to be copied; where the installation names a tracing tool, a door to the trace as well. */
export function TraceId({ id, isShort = false }: { id: string; isShort?: boolean }) {
  const { data: template } = useQuery(traceTemplateQuery())
  return (
    <CopyableId id={id} isShort={isShort}>
      {template ? (text) => <Door template={template} id={id}>{text}</Door> : undefined}
    </CopyableId>
  )
}

/** The door alone; nothing where no tracing tool is named. */
export function TraceLink({ id }: { id: string }) {
  const { data: template } = useQuery(traceTemplateQuery())
  return template ? <Door template={template} id={id}>trace</Door> : null
}
