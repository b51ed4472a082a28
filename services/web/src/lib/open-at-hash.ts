// An address that is opened with a part of its page (`#requests`): the part comes with its data, and what is above it grows
// as its own comes. The page stays with it until that is over, or until the reader does something.
const WAITED_FOR_MS = 10_000
const SETTLED_MS = 2000
const READER = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

/** Shows the part of the page that a hash names, once it is there. */
export function openAtHash(hash: string): void {
  const id = hash.slice(1)
  if (!id) return
  const ending = new AbortController()
  const end = (): void => {
    ending.abort()
  }
  let timer = setTimeout(end, WAITED_FOR_MS)
  let isFound = false
  let frame = 0
  const show = (): void => {
    frame = 0
    const part = document.getElementById(id)
    if (!part) return
    part.scrollIntoView()
    if (isFound) return
    isFound = true
    clearTimeout(timer)
    timer = setTimeout(end, SETTLED_MS)
  }
  const changes = new MutationObserver(() => {
    frame ||= requestAnimationFrame(show)
  })
  changes.observe(document.body, { childList: true, subtree: true })
  for (const what of READER) window.addEventListener(what, end, { signal: ending.signal, passive: true })
  ending.signal.addEventListener('abort', () => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    changes.disconnect()
  })
  show()
}
