// How live lists and windows behave, wherever they are.

/** A live list shows the newest so many. */
export const LIVE_LIST_LIMIT = 50
/** Where a stream does not deliver the data itself, its events refresh the query at this pace. */
export const LIVE_REFRESH_INTERVAL_MS = 5000

/** The second word of a key whose data is a window: read whole from the server, never touched by a stream. */
export const WINDOW = 'window'
export const isWindowKey = (queryKey: readonly unknown[]): boolean => queryKey[1] === WINDOW
