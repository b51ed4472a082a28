import type { Schedule } from '@/features/schedules/api'

/** What is done when the job of the instant before has not ended. */
export const overlapWords: Readonly<Record<Schedule['overlap'], string>> = {
  skip: 'an instant is skipped while the job of the one before has not ended',
  allow: 'an instant makes a job also while that of the one before has not ended',
}
