import { Reasons, type Plot } from '@/features/plots/plot'
import { placePlot } from '@/features/plots/place-plot'
import type { PlotKind } from '@/features/plots/plot-kind'
import { readPlotly } from '@/features/plots/plotly'
import { SpecPart } from '@/features/plots/spec-part'
import { readVegaLite } from '@/features/plots/vega-lite'
import { isRecord } from '@/lib/record'

/** Drawn whole, or not at all: half a picture is a wrong one. */
export type PlotReading = { readonly plot: Plot } | { readonly plot: null; readonly reasons: readonly string[] }

const READS = { Plotly: readPlotly, 'Vega-Lite': readVegaLite } as const

export function readPlot(kind: PlotKind, value: unknown): PlotReading {
  const reasons = new Reasons()
  const told = READS[kind](new SpecPart(isRecord(value) ? value : {}, '', reasons))
  const plot = told && reasons.areNone ? placePlot(told, reasons) : null
  return plot ? { plot } : { plot, reasons: [...reasons.all] }
}
