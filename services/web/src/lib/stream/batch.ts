/** Collects what arrives and hands it over together, at most once per `intervalMs`: one render for many events. */
export class Batch<T> {
  private items: T[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly intervalMs: number,
    private readonly flush: (items: readonly T[]) => void,
  ) {}

  add(item: T): void {
    this.items.push(item)
    this.timer ??= setTimeout(() => {
      const items = this.items
      this.items = []
      this.timer = undefined
      this.flush(items)
    }, this.intervalMs)
  }

  clear(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.items = []
  }
}
