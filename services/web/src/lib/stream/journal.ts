// What a stream brought while a read was under way: the answer may be from before it, so it is applied on top.
import type { QueryClient } from '@tanstack/react-query'

/** A read that outlasts so many events is not worth completing from them: it is begun anew. */
const LIMIT = 20_000

export class Journal<Event> {
  private readonly open = new Set<Event[]>()

  note(event: Event): void {
    this.open.forEach((heard) => {
      if (heard.length <= LIMIT) heard.push(event)
    })
  }

  /** Reads, then applies what came meanwhile, in its order. */
  async during<Data>(read: () => Promise<Data>, apply: (data: Data, event: Event) => Data): Promise<Data> {
    const heard: Event[] = []
    this.open.add(heard)
    let answer: Data
    try {
      answer = await read()
    } finally {
      this.open.delete(heard)
    }
    return heard.length > LIMIT ? this.during(read, apply) : heard.reduce(apply, answer)
  }
}

/** One journal for each client, made when first asked for. */
export function journalPerClient<Event>(): (client: QueryClient) => Journal<Event> {
  const journals = new WeakMap<QueryClient, Journal<Event>>()
  return (client) => {
    const journal = journals.get(client) ?? new Journal<Event>()
    journals.set(client, journal)
    return journal
  }
}
