// A trace without axes: where a figure comes from, at a glance. Buckets of which nothing is known are gaps.
interface SparklineProps {
  readonly values: readonly (number | null)[]
  readonly tone?: 'warn' | 'bad' | undefined
  /** Instants in it, from 0, its beginning, to 1. */
  readonly ticks?: readonly number[]
}

const WIDTH = 96
const HEIGHT = 26
const PAD = 2

export function Sparkline({ values, tone, ticks = [] }: SparklineProps) {
  return (
    <svg className="sparkline" data-tone={tone} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} aria-hidden>
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="sparkline-zero" />
      {ticks.map((tick) => (
        <line key={tick} x1={tick * WIDTH} x2={tick * WIDTH} y1={0} y2={HEIGHT} className="sparkline-tick" />
      ))}
      {tracePaths(values).map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
}

/** One path for each run of known values, zero at the bottom. */
export function tracePaths(values: readonly (number | null)[]): string[] {
  const most = Math.max(0, ...values.map((value) => value ?? 0))
  const x = (index: number): string => ((index * WIDTH) / Math.max(1, values.length - 1)).toFixed(1)
  const y = (value: number): string => (HEIGHT - PAD - (most === 0 ? 0 : (value / most) * (HEIGHT - 2 * PAD))).toFixed(1)
  const paths: string[] = []
  let path = ''
  values.forEach((value, index) => {
    if (value === null) {
      if (path) paths.push(path)
      path = ''
      return
    }
    // A lone point is a dot: a line of no length with round ends.
    path += path ? `L${x(index)} ${y(value)}` : `M${x(index)} ${y(value)}h0`
  })
  return path ? [...paths, path] : paths
}
