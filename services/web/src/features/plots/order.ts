import type { ToldAxis } from '@/features/plots/plot'

const compared = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Categories as texts, each once. */
export function orderedNames(order: ToldAxis['order'], values: readonly unknown[]): string[] {
  const found = [...new Set(values)]
  if (order === 'ascending') found.sort(compared)
  if (order === 'descending') found.sort((a, b) => compared(b, a))
  return [...new Set([...(typeof order === 'string' ? [] : order), ...found].map(String))]
}
