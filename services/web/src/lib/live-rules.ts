// How live lists and windows behave, wherever they are.

/** A live list shows the newest so many. */
export const LIVE_LIST_LIMIT = 50
/** Where a stream does not deliver the data itself, its events refresh the query at this pace. */
export const LIVE_REFRESH_INTERVAL_MS = 5000

/** The first word of a key whose data is a window: it is no cache target, so no stream's reach begins with it. */
export const WINDOW = 'window'
