// Buckets of time as stacked bars and lines: what is under the crosshair is said above, the same as a table one key away,
// a dragged stretch is zoomed to, a clicked bar is the list behind it.
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { DeployMark } from '@/lib/deploys'
import { useIsDark } from '@/lib/preference'
import { KEPT_MS } from '@/lib/range'
import { DAY_MS } from '@/lib/time-units'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import { Nothing } from '@/ui/nothing'
import { barAt, CHART_HEIGHT, plotOptions, toPlotData } from '@/ui/time-plot'
import { bucketText, marksIn, overall, valueText, type ChartPoint, type ChartSeries } from '@/ui/time-series'
import { TimeTable } from '@/ui/time-table'

const NONE: readonly DeployMark[] = []

interface TimeChartProps {
  readonly label: string
  readonly series: readonly ChartSeries[]
  readonly points: readonly ChartPoint[]
  readonly stepMs: number
  readonly marks?: readonly DeployMark[]
  /** Charts with the same name share their crosshair. */
  readonly crosshair: string
  readonly height?: number
  /** Without it no stretch can be dragged. */
  readonly onZoom?: ((after: number, before: number) => void) | undefined
  /** What a click on a bucket opens; with the series whose bar was hit. */
  readonly onOpen?: ((point: ChartPoint, series: ChartSeries | null) => void) | undefined
}

export function TimeChart({ label, series, points, stepMs, marks = NONE, crosshair, height = CHART_HEIGHT, onZoom, onOpen }: TimeChartProps) {
  const [hovered, setHovered] = useState<number | null>(null)
  const { asTables, toggle } = useChartsAsTables()
  const bodyId = useId()
  return (
    <figure className="chart" aria-label={label}>
      <figcaption className="chart-readout">
        <Readout series={series} points={points} stepMs={stepMs} hovered={hovered} />
        <button type="button" className="link-button" aria-expanded={asTables} aria-controls={bodyId} aria-keyshortcuts="t" onClick={toggle}>
          {asTables ? 'Chart' : 'Table'}
        </button>
      </figcaption>
      <div className="chart-body" id={bodyId} style={{ height }}>
        {asTables ? (
          <TimeTable label={label} series={series} points={points} stepMs={stepMs} marks={marks} onZoom={onZoom} />
        ) : (
          <Plot
            series={series}
            points={points}
            stepMs={stepMs}
            marks={marks}
            crosshair={crosshair}
            height={height}
            onHover={setHovered}
            onZoom={onZoom}
            onOpen={(index, at) => {
              const point = points[index]
              if (!point || !onOpen) return
              const hit = barAt(series, point, at)
              onOpen(point, hit === null ? null : (series[hit] ?? null))
            }}
          />
        )}
        {asTables ? null : <Marked marks={marks} at={hovered === null ? undefined : points[hovered]?.at} stepMs={stepMs} />}
        {asTables || hasAny(points) ? null : <EmptyChart points={points} />}
      </div>
    </figure>
  )
}

interface MarkedProps extends Required<Pick<TimeChartProps, 'marks' | 'stepMs'>> {
  readonly at: number | undefined
}

/** What happened in the bucket under the crosshair; over the plot, so that nothing moves when it is said. */
function Marked({ marks, at, stepMs }: MarkedProps) {
  const texts = at === undefined ? [] : marksIn(marks, at, stepMs)
  return texts.length === 0 ? null : <p className="chart-marked">Deployed: {texts.join('; ')}</p>
}

const hasAny = (points: readonly ChartPoint[]): boolean => points.some(({ values }) => values.some((value) => value !== null && value !== 0))

/** Said over the axes, which stay: nothing happened, or nothing of that time is kept. */
function EmptyChart({ points }: Pick<TimeChartProps, 'points'>) {
  return (
    <div className="chart-nothing">
      {points.length === 0 ? <Nothing kind="outside" title={`Figures are kept for ${String(KEPT_MS['1h'] / DAY_MS)} days.`} /> : <Nothing kind="none" title="Nothing happened in this time." />}
    </div>
  )
}

interface PlotProps extends Omit<TimeChartProps, 'label' | 'onOpen' | 'marks' | 'height'> {
  readonly height: number
  readonly marks: readonly DeployMark[]
  readonly onHover: (index: number | null) => void
  readonly onOpen: (index: number, height: number) => void
}

function Plot({ series, points, stepMs, marks, crosshair, height, onZoom, ...events }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const isDark = useIsDark()
  const data = useMemo(() => toPlotData(series, points, stepMs), [series, points, stepMs])
  const latest = useRef({ data, stepMs, marks })
  const onHover = useEffectEvent(events.onHover)
  const canZoom = onZoom !== undefined
  const onDrag = useEffectEvent((after: number, before: number) => onZoom?.(after, before))
  const onOpen = useEffectEvent(events.onOpen)

  useEffect(() => {
    latest.current = { data, stepMs, marks }
    plot.current?.setData(data)
  }, [data, stepMs, marks])

  useEffect(() => {
    const element = host.current
    if (!element) return
    const chart = new uPlot(
      plotOptions({
        series,
        crosshair,
        width: element.clientWidth,
        height,
        canZoom,
        step: () => latest.current.stepMs,
        marks: () => latest.current.marks,
        onHover: (index) => { onHover(index) },
        onZoom: (after, before) => { onDrag(after, before) },
        onOpen: (index, at) => { onOpen(index, at) },
      }),
      latest.current.data,
      element,
    )
    plot.current = chart
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [series, crosshair, height, canZoom, isDark])

  return <div ref={host} aria-hidden className="chart-host" />
}

/** After “Run p95” a “p50” is that of the run. */
const shortLabel = ({ label, isThin }: ChartSeries): string => (isThin ? label.slice(label.indexOf(' ') + 1) : label)

interface ReadoutProps extends Pick<TimeChartProps, 'series' | 'points' | 'stepMs'> {
  readonly hovered: number | null
}

function Readout({ series, points, stepMs, hovered }: ReadoutProps) {
  const point = hovered === null ? undefined : points[hovered]
  const values = point ? point.values : overall(series, points)
  const newest = points.at(-1)
  const hasBars = series.some(({ kind }) => kind === 'bar')
  return (
    <span className="readout">
      <span className="readout-when num">{point && newest ? bucketText(point.at, stepMs, newest.at) : hasBars ? 'In all' : 'Newest'}</span>
      {series.map((one, index) => (
        <span key={one.key} className="readout-item" data-kind={one.kind}>
          {hasBars && one.kind === 'line' && series[index - 1]?.kind === 'bar' ? (
            <span className="readout-when readout-newest" style={{ visibility: point ? 'hidden' : undefined }} aria-hidden={point !== undefined}>
              newest{' '}
            </span>
          ) : null}
          <i className="swatch" data-kind={one.kind} data-thin={one.isThin} style={{ '--swatch': `var(${one.color})` }} aria-hidden />
          {shortLabel(one)} <b className="num">{valueText(one, values[index])}</b>
        </span>
      ))}
    </span>
  )
}
