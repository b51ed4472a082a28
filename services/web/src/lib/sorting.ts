// The order of a table's rows, as the address spells it: `p95` is the least first, `-p95` the most.
export type SortValue = number | string | null | undefined

export interface SortOrder {
  readonly key: string
  readonly isDescending: boolean
}

export const sortOrder = (spelled: string): SortOrder => (spelled.startsWith('-') ? { key: spelled.slice(1), isDescending: true } : { key: spelled, isDescending: false })

/** A column chosen first shows the most of it, a name the first of them; chosen again, the other way round. */
export function nextSort(current: string, key: string, isText: boolean): string {
  if (current === key) return `-${key}`
  if (current === `-${key}`) return key
  return isText ? key : `-${key}`
}

const isKnown = (value: SortValue): value is number | string => value !== null && value !== undefined

/** What is not known comes last, in either order. */
export function sorted<Row>(rows: readonly Row[], valueOf: (row: Row) => SortValue, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)]
    if (!isKnown(left) || !isKnown(right)) return Number(isKnown(right)) - Number(isKnown(left))
    return sign * (typeof left === 'string' || typeof right === 'string' ? String(left).localeCompare(String(right)) : left - right)
  })
}
