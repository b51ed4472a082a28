// Events are collected and applied together in one animation frame: one drawing for many. A frame is given a few
// milliseconds of it; what is left, as after a long absence, goes into the next.
export interface BatchOptions<Item> {
  /** How long the first event of a batch waits for company. */
  readonly intervalMs: number
  /** How long one frame may apply events. */
  readonly budgetMs: number
  /** More than this waiting is given up for `onOverflow`: to read anew is cheaper, and memory is bounded. */
  readonly limit: number
  readonly apply: (item: Item) => void
  /** Wraps one frame's work, so that it is announced once. */
  readonly together: (work: () => void) => void
  readonly onOverflow: () => void
  readonly frame?: (run: () => void) => () => void
  readonly now?: () => number
}

/** The next frame; of a hidden page, which has none, the next moment. */
export function nextFrame(run: () => void): () => void {
  if (typeof requestAnimationFrame === 'undefined' || document.hidden) {
    const timer = setTimeout(run, 0)
    return () => {
      clearTimeout(timer)
    }
  }
  const handle = requestAnimationFrame(run)
  return () => {
    cancelAnimationFrame(handle)
  }
}

/** A clock read costs more than an event, and drawing more than many: each frame applies at least so many. */
const CHECK_EVERY = 16
/** Each event may bring a row to lay out and to paint, and that is of the same frame: few, but more for who is behind. */
const FEW = 24
const MOST_IN_A_FRAME = 100
const sliceOf = (waiting: number): number => Math.min(MOST_IN_A_FRAME, Math.max(FEW, Math.ceil(waiting / 8)))

export class Batch<Item> {
  private items: Item[] = []
  private cancel: (() => void) | undefined

  constructor(private readonly options: BatchOptions<Item>) {}

  add(item: Item): void {
    if (this.items.length >= this.options.limit) {
      this.items = []
      this.options.onOverflow()
    }
    this.items.push(item)
    if (this.cancel) return
    const timer = setTimeout(() => {
      this.nextFrame()
    }, this.options.intervalMs)
    this.cancel = () => {
      clearTimeout(timer)
    }
  }

  clear(): void {
    this.cancel?.()
    this.cancel = undefined
    this.items = []
  }

  private nextFrame(): void {
    this.cancel = (this.options.frame ?? nextFrame)(() => {
      this.cancel = undefined
      this.options.together(() => {
        this.work()
      })
      if (this.items.length > 0) this.nextFrame()
    })
  }

  private work(): void {
    const now = this.options.now ?? (() => performance.now())
    const until = now() + this.options.budgetMs
    const items = this.items
    const most = Math.min(items.length, sliceOf(items.length))
    let done = 0
    while (done < most) {
      const item = items[done]
      done += 1
      if (item !== undefined) this.options.apply(item)
      if (done % CHECK_EVERY === 0 && now() >= until) break
    }
    this.items = this.items === items ? items.slice(done) : this.items
  }
}
