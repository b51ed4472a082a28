/** Runs at once, then at most once per `intervalMs`, with a trailing call so that the last change is never lost; `onRest` once nothing is waiting. */
export function throttled(intervalMs: number, run: () => void, onRest?: () => void): { (): void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let wanted = false

  const open = (): void => {
    timer = undefined
    if (wanted) call()
    else onRest?.()
  }
  const call = (): void => {
    if (timer !== undefined) {
      wanted = true
      return
    }
    wanted = false
    timer = setTimeout(open, intervalMs)
    run()
  }
  call.cancel = (): void => {
    clearTimeout(timer)
    timer = undefined
    wanted = false
  }
  return call
}
