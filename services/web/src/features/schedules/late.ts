import { SECOND_MS } from '@/lib/time-units'

/** From the instant it was due: what is later than that is said. */
export const NOTABLY_LATE_MS = 10 * SECOND_MS
