import * as v from 'valibot'

const TRACE_ID = '{trace_id}'
const settings = v.object({ trace_url: v.pipe(v.string(), v.regex(/^https?:\/\//), v.includes(TRACE_ID)) })

/** The template the settings name; null when they name none, or one that leads nowhere. */
export function traceTemplateOf(document: unknown): string | null {
  const read = v.safeParse(settings, document)
  return read.success ? read.output.trace_url : null
}

export const traceUrl = (template: string, id: string): string => template.replaceAll(TRACE_ID, () => encodeURIComponent(id))
