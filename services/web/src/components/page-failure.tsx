// In the place of a page that cannot be shown; around it everything stays.
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { BackendAway } from '@/lib/api-client'
import { heal, isCodeMissing, isLoaded, serverAnswers, waitMs, type Healed } from '@/lib/page-code'
import { Nothing } from '@/ui/nothing'
import { Failure, Loading } from '@/ui/query-view'

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

export const PageFailure = ({ error, reset }: ErrorComponentProps) =>
  isCodeMissing(error) ? <CodeMissing reset={reset} /> : <Failure error={asError(error)} onRetry={reset} />

const AWAY = new BackendAway('The code of this page is not loaded yet, and the server does not answer.')

interface Tried {
  readonly tries: number
  readonly last: Healed | null
  /** Null: now. */
  readonly nextAt: number | null
}

function CodeMissing({ reset }: { reset: () => void }) {
  const load = useLoad()
  const [{ tries, last, nextAt }, setTried] = useState<Tried>({ tries: 0, last: null, nextAt: null })
  const attempt = useEffectEvent(async (): Promise<void> => {
    const healed = await heal({
      answers: serverAnswers,
      load,
      reload: () => {
        window.location.reload()
      },
      now: Date.now,
      // Where it is forbidden, to ask for it throws.
      get storage() {
        return window.sessionStorage
      },
    })
    if (healed === 'loaded') reset()
    else setTried({ tries: tries + 1, last: healed, nextAt: healed === 'reloading' ? null : Date.now() + waitMs(tries + 1) })
  })
  const isReloading = last === 'reloading'
  useEffect(() => {
    if (isReloading) return
    const timer = setTimeout(() => void attempt(), nextAt === null ? 0 : nextAt - Date.now())
    return () => {
      clearTimeout(timer)
    }
  }, [tries, nextAt, isReloading])
  const tryNow = (): void => {
    setTried({ tries, last, nextAt: null })
  }
  if (last === null || isReloading) return <Loading />
  if (last === 'away') return <Failure error={AWAY} nextAt={nextAt} onRetry={tryNow} />
  return (
    <Nothing kind="refused" title="A part of this page is not there any more">
      <p>The server has another version of it, or is changing to one. The page was loaded again, and that did not help.</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          window.location.reload()
        }}
      >
        Reload
      </button>
    </Nothing>
  )
}

/** Loads the code of the page one is at; false where that was not what is missing, or it is missing still. */
function useLoad(): () => Promise<boolean> {
  const router = useRouter()
  return async () => {
    const routes = router.state.matches.map(({ routeId }) => router.routesById[routeId])
    const areLoaded = (): boolean => routes.every(({ options }) => isLoaded(options.component))
    if (areLoaded()) return false
    await Promise.all(routes.map((route) => router.loadRouteChunk(route)))
    return areLoaded()
  }
}
