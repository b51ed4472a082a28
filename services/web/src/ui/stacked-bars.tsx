// Hours as stacked bars: hairline axes, a zero line, empty hours at zero, the hour still filling hatched.
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { count } from '@/lib/format'
import { useIsDark } from '@/lib/preference'
import { stacked } from '@/ui/stack'

export interface BarSeries {
  readonly key: string
  readonly label: string
  /** A custom property of styles.css: charts take their colours from the same tokens as words do. */
  readonly color: string
}

export interface BarHour {
  readonly hour: string
  readonly values: readonly number[]
}

interface StackedBarsProps {
  readonly label: string
  readonly series: readonly BarSeries[]
  readonly hours: readonly BarHour[]
  /** Charts with the same name share their crosshair. */
  readonly crosshair: string
}

const HEIGHT = 190
const hourOfDay = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndHour = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

/** A custom property as the colour it stands for now: a canvas cannot resolve `light-dark()` by itself. */
function token(name: string): string {
  document.documentElement.style.setProperty('caret-color', `var(${name})`)
  return getComputedStyle(document.documentElement).caretColor
}

export function StackedBars({ label, series, hours, crosshair }: StackedBarsProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const isDark = useIsDark()
  const [hovered, setHovered] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const tableId = useId()
  const data = useMemo(() => toPlotData(series, hours), [series, hours])
  const latest = useRef({ hours, data })

  useEffect(() => {
    latest.current = { hours, data }
    plot.current?.setData(data)
  }, [hours, data])

  useEffect(() => {
    const element = host.current
    if (!element || asTable) return
    const chart = new uPlot(
      options({ series, crosshair, width: element.clientWidth, hourAt: (index) => latest.current.hours[index]?.hour, onHover: setHovered }),
      latest.current.data,
      element,
    )
    plot.current = chart
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [series, crosshair, isDark, asTable])

  return (
    <figure className="chart" aria-label={label}>
      <figcaption className="chart-readout">
        <Readout series={series} hours={hours} hovered={hovered} />
        <button
          type="button"
          className="link-button"
          aria-expanded={asTable}
          aria-controls={tableId}
          onClick={() => {
            setAsTable(!asTable)
          }}
        >
          {asTable ? 'Chart' : 'Table'}
        </button>
      </figcaption>
      <div className="chart-body" id={tableId} style={{ height: HEIGHT }}>
        {asTable ? <HourTable label={label} series={series} hours={hours} /> : <div ref={host} aria-hidden className="chart-host" />}
      </div>
    </figure>
  )
}

function Readout({ series, hours, hovered }: { series: readonly BarSeries[]; hours: readonly BarHour[]; hovered: number | null }) {
  const hour = hovered === null ? undefined : hours[hovered]
  const values = hour ? hour.values : series.map((_, i) => hours.reduce((total, one) => total + (one.values[i] ?? 0), 0))
  return (
    <span className="readout">
      <span className="readout-when num">{hour ? dayAndHour.format(new Date(hour.hour)) : `${String(hours.length)} h`}</span>
      {series.map((one, index) => (
        <span key={one.key} className="readout-item">
          <i className="swatch" style={{ background: `var(${one.color})` }} aria-hidden />
          {one.label} <b className="num">{count(values[index])}</b>
        </span>
      ))}
    </span>
  )
}

function HourTable({ label, series, hours }: { label: string; series: readonly BarSeries[]; hours: readonly BarHour[] }) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Hour</th>
            {series.map((one) => (
              <th key={one.key} scope="col" className="right">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.toReversed().map((hour) => (
            <tr key={hour.hour}>
              <th scope="row" className="num">
                {dayAndHour.format(new Date(hour.hour))}
              </th>
              {hour.values.map((value, index) => (
                <td key={series[index]?.key} className="right num">
                  {count(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

// The tallest total is drawn first, the others over it.
function toPlotData(series: readonly BarSeries[], hours: readonly BarHour[]): uPlot.AlignedData {
  const columns = stacked(series.map((_, index) => hours.map((hour) => hour.values[index] ?? 0)))
  return [hours.map((_, index) => index), ...columns.reverse()]
}

interface PlotOptions {
  readonly series: readonly BarSeries[]
  readonly crosshair: string
  readonly width: number
  readonly hourAt: (index: number) => string | undefined
  readonly onHover: (index: number | null) => void
}

function options({ series, crosshair, width, hourAt, onHover }: PlotOptions): uPlot.Options {
  const hairline = { stroke: token('--hairline'), width: 1 }
  const axis = { stroke: token('--text-faint'), font: '11px system-ui, sans-serif', ticks: { show: false } }
  const bars = uPlot.paths.bars?.({ size: [0.72, 28], gap: 1 })
  const tickLabel = (index: number): string => {
    const hour = Number.isInteger(index) ? hourAt(index) : undefined
    return hour === undefined ? '' : hourOfDay.format(new Date(hour))
  }
  return {
    width,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: crosshair, setSeries: false }, y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: (plot) => [-0.5, Math.max(0.5, (plot.data[0].length || 1) - 0.5)] },
      y: { range: (_, __, max) => [0, Math.max(4, max * 1.08)] },
    },
    axes: [
      { ...axis, size: 24, grid: { show: false }, incrs: [1, 2, 3, 4, 6, 12, 24, 48], space: 64, values: (_, splits) => splits.map(tickLabel) },
      { ...axis, size: 40, grid: hairline, space: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000], values: (_, splits) => splits.map((value) => count(value)) },
    ],
    series: [
      {},
      ...series.toReversed().map((one) => ({ label: one.label, fill: token(one.color), width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) })),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          onHover(plot.cursor.idx ?? null)
        },
      ],
      draw: [drawZeroLine, hatchNewest],
    },
  }
}

function drawZeroLine({ ctx, bbox, valToPos }: uPlot): void {
  const y = Math.round(valToPos(0, 'y', true)) - 0.5
  ctx.save()
  ctx.strokeStyle = token('--hairline-strong')
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.restore()
}

function hatchNewest(plot: uPlot): void {
  const newest = plot.data[0].length - 1
  const total = plot.data[1]?.[newest]
  if (newest < 0 || !total) return
  const left = plot.valToPos(newest - 0.5, 'x', true)
  const right = plot.valToPos(newest + 0.5, 'x', true)
  const top = plot.valToPos(total, 'y', true)
  const bottom = plot.valToPos(0, 'y', true)
  const { ctx } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, right - left, bottom - top)
  ctx.clip()
  ctx.strokeStyle = token('--surface')
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  for (let x = left - (bottom - top); x < right; x += 6 * devicePixelRatio) {
    ctx.moveTo(x, bottom)
    ctx.lineTo(x + bottom - top, top)
  }
  ctx.stroke()
  ctx.restore()
}
