// How an event changes what was read. A patch is no reading: it makes nothing younger, and what was marked to be read
// again stays marked.
import { hashKey, replaceEqualDeep, type DataTag, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { isRecord } from '@/lib/record'

type KeyOf<Data> = DataTag<QueryKey, Data, Error>

interface Draft {
  readonly key: QueryKey
  readonly read: unknown
  data: unknown
}

/** What the events of one frame have made of it so far, by the key's hash; written when the frame's work is done. */
const drafts = new WeakMap<QueryClient, Map<string, Draft>>()

/** Patches within are written once for each key: a write costs many times what a change does. */
export function writtenTogether(client: QueryClient, work: () => void): void {
  const open = new Map<string, Draft>()
  drafts.set(client, open)
  try {
    work()
  } finally {
    drafts.delete(client)
    open.forEach(({ key, read, data }) => {
      if (data !== read) write(client, key, data)
    })
  }
}

/** What is known under a key, with what this frame's events have changed of it. */
export function known<Data>(client: QueryClient, key: KeyOf<Data>): Data | undefined {
  const hash = hashKey(key)
  const draft = drafts.get(client)?.get(hash)
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- a key carries the type of what is under it
  return (draft ?? client.getQueryCache().get(hash)?.state)?.data as Data | undefined
}

/** Returns whether anything changed. */
export function patch<Data>(client: QueryClient, key: KeyOf<Data>, change: (data: Data) => Data): boolean {
  const data = known(client, key)
  if (data === undefined) return false
  const changed = change(data)
  if (changed === data) return false
  const open = drafts.get(client)
  if (!open) write(client, key, changed)
  else {
    const hash = hashKey(key)
    const draft = open.get(hash)
    if (draft) draft.data = changed
    else open.set(hash, { key, read: data, data: changed })
  }
  return true
}

function write(client: QueryClient, queryKey: QueryKey, data: unknown): void {
  const state = client.getQueryState(queryKey)
  client.setQueryData(queryKey, () => data, { updatedAt: state?.dataUpdatedAt })
  if (state?.isInvalidated) client.getQueryCache().find({ queryKey, exact: true })?.invalidate()
}

/** A snapshot is all there is to know, and newer than a read still under way. */
export function replace<Data>(client: QueryClient, key: KeyOf<Data>, snapshot: Data): void {
  const queryKey: QueryKey = key
  drafts.get(client)?.delete(hashKey(queryKey))
  void client.cancelQueries({ queryKey, exact: true })
  client.setQueryData<Data>(queryKey, () => snapshot)
}

const rowsOf = (page: unknown, field: string): readonly unknown[] => {
  const rows = isRecord(page) ? page[field] : null
  return Array.isArray(rows) ? rows : []
}
const idOf = (row: unknown): unknown => (isRecord(row) ? row.id : undefined)

/** A query's `structuralSharing`: rows that did not change stay the same objects although others came before them, so they are not drawn again. */
export const shareRows =
  (field: string) =>
  (before: unknown, after: unknown): unknown => {
    if (before === after || !isRecord(after)) return after
    const known = new Map(rowsOf(before, field).map((row) => [idOf(row), row]))
    return { ...after, [field]: rowsOf(after, field).map((row) => replaceEqualDeep(known.get(idOf(row)), row)) }
  }
