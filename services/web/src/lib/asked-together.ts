// Small questions that come at about the same time go out as one: rows of a table that each ask for their own.
interface Asked<Answer> {
  readonly id: string
  readonly signal: AbortSignal
  readonly resolve: (answer: Answer | null) => void
  readonly reject: (error: unknown) => void
}

interface Together<Answer> {
  /** One question for all of them, each named once; what it does not tell of is null. */
  readonly ask: (ids: readonly string[]) => Promise<ReadonlyMap<string, Answer>>
  /** In one question. */
  readonly most: number
  /** What comes so soon after another goes with it. */
  readonly gatherMs: number
  /** From one question to the next. */
  readonly intervalMs: number
}

/** What nobody waits for any more when its turn comes is not asked. */
export function askedTogether<Answer>({ ask, most, gatherMs, intervalMs }: Together<Answer>): (id: string, signal: AbortSignal) => Promise<Answer | null> {
  let waiting: Asked<Answer>[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let nextAt = 0

  const schedule = (): void => {
    timer ??= setTimeout(send, Math.max(gatherMs, nextAt - Date.now()))
  }
  const send = (): void => {
    timer = undefined
    const wanted = waiting.filter(({ signal }) => !signal.aborted)
    const ids = new Set([...new Set(wanted.map(({ id }) => id))].slice(0, most))
    waiting = wanted.filter(({ id }) => !ids.has(id))
    if (ids.size === 0) return
    nextAt = Date.now() + intervalMs
    void answer([...ids], wanted.filter(({ id }) => ids.has(id)))
    if (waiting.length > 0) schedule()
  }
  const answer = async (ids: readonly string[], asked: readonly Asked<Answer>[]): Promise<void> => {
    try {
      const told = await ask(ids)
      asked.forEach(({ id, resolve }) => {
        resolve(told.get(id) ?? null)
      })
    } catch (error) {
      asked.forEach(({ reject }) => {
        reject(error)
      })
    }
  }
  return (id, signal) =>
    new Promise((resolve, reject) => {
      waiting.push({ id, signal, resolve, reject })
      schedule()
    })
}
