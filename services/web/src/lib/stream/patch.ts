// How an event changes what was read. A patch is no reading: it makes nothing younger, and what was marked to be read
// again stays marked.
import { replaceEqualDeep, type DataTag, type QueryClient, type QueryKey } from '@tanstack/react-query'

type KeyOf<Data> = DataTag<QueryKey, Data, Error>

/** Returns whether anything changed. */
export function patch<Data>(client: QueryClient, key: KeyOf<Data>, change: (data: Data) => Data): boolean {
  const queryKey: QueryKey = key
  const state = client.getQueryState<Data>(queryKey)
  if (state?.data === undefined) return false
  const changed = change(state.data)
  if (changed === state.data) return false
  client.setQueryData<Data>(queryKey, () => changed, { updatedAt: state.dataUpdatedAt })
  if (state.isInvalidated) client.getQueryCache().find({ queryKey, exact: true })?.invalidate()
  return true
}

/** A snapshot is all there is to know, and newer than a read still under way. */
export function replace<Data>(client: QueryClient, key: KeyOf<Data>, snapshot: Data): void {
  const queryKey: QueryKey = key
  void client.cancelQueries({ queryKey, exact: true })
  client.setQueryData<Data>(queryKey, () => snapshot)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
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
