// Whether a JSON artifact is a plot, by what is in it: who writes one names its file as they like.
import { isRecord } from '@/lib/record'

export type PlotKind = 'Plotly' | 'Vega-Lite'

const PARTS_OF_FIGURE: ReadonlySet<string> = new Set(['data', 'layout', 'frames', 'config'])

export function plotKindOf(value: unknown): PlotKind | null {
  if (!isRecord(value)) return null
  const { $schema, data, layout } = value
  if (typeof $schema === 'string' && $schema.includes('/schema/vega-lite/')) return 'Vega-Lite'
  const isFigure = Array.isArray(data) && data.length > 0 && isRecord(layout) && Object.keys(value).every((name) => PARTS_OF_FIGURE.has(name))
  return isFigure && data.every((trace) => isRecord(trace) && (typeof trace['type'] === 'string' || 'y' in trace || 'x' in trace)) ? 'Plotly' : null
}

/** What may be one is worth reading: of any other text this is quick to say. */
export function plotIn(text: string): { readonly kind: PlotKind; readonly value: unknown } | null {
  if (!text.includes('/schema/vega-lite/') && !text.includes('"layout"')) return null
  try {
    const value: unknown = JSON.parse(text)
    const kind = plotKindOf(value)
    return kind && { kind, value }
  } catch {
    return null
  }
}
