// What draws plots comes with the first of them: other pages do not carry it.
import { lazy, Suspense } from 'react'
import type { PlotKind } from '@/features/plots/plot-kind'
import { JsonTree } from '@/ui/json-tree'
import { Loading } from '@/ui/query-view'

interface PlotProps {
  readonly kind: PlotKind
  readonly value: unknown
  readonly label: string
}

const FIGURE_ROOM = 520

const Whole = lazy(() =>
  import('@/features/plots/plot-view').then(
    ({ PlotView }) => ({ default: PlotView }),
    () => ({ default: NotLoaded }),
  ),
)
const Small = lazy(() =>
  import('@/features/plots/plot-view').then(
    ({ PlotInSmall }) => ({ default: PlotInSmall }),
    () => ({ default: NotDrawn }),
  ),
)

export const PlotOnDemand = (props: PlotProps) => (
  <Suspense fallback={<Loading reserve={FIGURE_ROOM} />}>
    <Whole {...props} />
  </Suspense>
)

export const PlotInSmallOnDemand = (props: Omit<PlotProps, 'label'>) => (
  <Suspense fallback={<span>Loading</span>}>
    <Small {...props} />
  </Suspense>
)

const NotDrawn = ({ kind }: Omit<PlotProps, 'label'>) => <span>{kind} plot</span>

/** The server is away, or serves another version of the page. */
function NotLoaded({ kind, value, label }: PlotProps) {
  return (
    <>
      <p role="note" className="faint">
        What draws a {kind} plot could not be loaded. Reload the page to see it.
      </p>
      <JsonTree value={value} label={label} />
    </>
  )
}
