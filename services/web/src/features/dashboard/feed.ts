// The feed's lines: one for each event while a person can read them, one for each subject and second when there are too many.
export interface FeedItem {
  readonly id: string
  readonly at: string
  readonly subject: string
  readonly link: FeedLink
  /** The state or status class it is of, as its look and its word are named. */
  readonly kind: string
  readonly status: number | null
  readonly detail: string | null
}

export type FeedLink = { readonly jobId: string; readonly functionKey: string } | { readonly apiName: string }

export interface FeedLine extends FeedItem {
  readonly second: number
  /** How many events it stands for. */
  readonly count: number
  readonly counts: Readonly<Record<string, number>>
}

export const FEED_LIMIT = 40
/** More than this in one second and nobody reads them one by one. */
export const READABLE_PER_SECOND = 20

const lineOf = (item: FeedItem): FeedLine => ({ ...item, second: Math.floor(Date.parse(item.at) / 1000), count: 1, counts: { [item.kind]: 1 } })

const placeOf = ({ link, subject }: FeedItem): string => ('jobId' in link ? `function ${link.functionKey}` : `api ${link.apiName} ${subject}`)

function folded(into: FeedLine, line: FeedLine): FeedLine {
  const counts = { ...into.counts }
  for (const [kind, count] of Object.entries(line.counts)) counts[kind] = (counts[kind] ?? 0) + count
  return { ...into, id: `${String(into.second)} ${placeOf(into)}`, count: into.count + line.count, counts, detail: null }
}

/** The lines of one second, one for each subject. */
function foldAll(lines: readonly FeedLine[]): FeedLine[] {
  const bySubject = new Map<string, FeedLine>()
  for (const line of lines) {
    const known = bySubject.get(placeOf(line))
    bySubject.set(placeOf(line), known ? folded(known, line) : line)
  }
  return [...bySubject.values()]
}

export function withItem(feed: readonly FeedLine[], item: FeedItem): readonly FeedLine[] {
  if (feed.some((known) => known.id === item.id)) return feed
  const line = lineOf(item)
  const ofSecond = feed.filter(({ second }) => second === line.second)
  const isReadable = ofSecond.reduce((total, one) => total + one.count, 0) < READABLE_PER_SECOND
  const others = isReadable ? feed : feed.filter(({ second }) => second !== line.second)
  // Requests are told a second later than jobs: what comes late stands where its time is.
  const later = others.findIndex(({ second }) => second <= line.second)
  const place = later === -1 ? others.length : later
  return others.toSpliced(place, 0, ...(isReadable ? [line] : foldAll([...ofSecond, line]))).slice(0, FEED_LIMIT)
}

/** The feed with what was told of before it began; what it has already stays as it is. */
export function filledWith(feed: readonly FeedLine[], items: readonly FeedItem[]): readonly FeedLine[] {
  const known = new Set(feed.map(({ id }) => id))
  const isFolded = new Set(feed.filter((line) => line.count > 1).map((line) => `${String(line.second)} ${placeOf(line)}`))
  const told = items
    .filter((item) => !known.has(item.id) && !isFolded.has(`${String(lineOf(item).second)} ${placeOf(item)}`))
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .reduce<readonly FeedLine[]>(withItem, [])
  return [...feed, ...told].toSorted((a, b) => b.second - a.second || b.at.localeCompare(a.at)).slice(0, FEED_LIMIT)
}
