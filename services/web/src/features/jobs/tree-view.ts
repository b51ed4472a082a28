// How a tree is looked at, as the address of a job's page has it.
import * as v from 'valibot'
import { SECTION_CHARS } from '@/features/jobs/section'
import { MOST_TOGGLED } from '@/features/jobs/tree'
import { optional } from '@/lib/search-params'

const KEY_CHARS = 128

export const treeViewSearch = {
  /** `false`: time in which nothing waited or ran is as long as it was. */
  fold: optional(v.literal(false)),
  /** What of the tree's time is shown: two instants, or one from which on. */
  t: optional(v.pipe(v.string(), v.maxLength(SECTION_CHARS))),
  /** All of its rows are open, or only the first. */
  open: optional(v.picklist(['all', 'none'])),
  /** The rows of the tree opened or folded by hand. */
  rows: optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(KEY_CHARS))), v.maxLength(MOST_TOGGLED))),
  /** Only what failed, and what that came from. */
  errors: optional(v.literal(true)),
  /** The row one is at; an attempt's is its bar. */
  span: optional(v.pipe(v.string(), v.maxLength(KEY_CHARS))),
}

/** Of another tree nothing is opened, folded or chosen yet. */
export const UNTOUCHED: Readonly<Record<keyof TreeView, undefined>> = { fold: undefined, t: undefined, open: undefined, rows: undefined, errors: undefined, span: undefined }

export interface TreeView {
  readonly fold?: false | undefined
  readonly t?: string | undefined
  readonly open?: 'all' | 'none' | undefined
  readonly rows?: string[] | undefined
  readonly errors?: true | undefined
  readonly span?: string | undefined
}
