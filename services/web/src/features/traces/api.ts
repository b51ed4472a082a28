import { installationQuery } from '@/features/installation/api'
import { traceTemplateOf } from '@/features/traces/trace-url'

/** Where the tracing tool shows a trace; null where the installation names none. */
export const traceTemplateQuery = () => ({ ...installationQuery(), select: traceTemplateOf })
