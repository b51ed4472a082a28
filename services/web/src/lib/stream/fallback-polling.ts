// While the stream brings nothing, the page asks: not at once (most losses are over before it would help), then steadily.
export interface FallbackOptions {
  readonly graceMs: number
  readonly intervalMs: number
  readonly poll: () => void
}

export class FallbackPolling {
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: FallbackOptions) {}

  /** May be told the same as often as one likes; only a change counts. */
  watch(isDegraded: boolean): void {
    if (isDegraded) this.timer ??= setTimeout(this.poll, this.options.graceMs)
    else this.stop()
  }

  private readonly poll = (): void => {
    this.timer = setTimeout(this.poll, this.options.intervalMs)
    this.options.poll()
  }

  private stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
