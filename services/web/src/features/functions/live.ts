import { refreshSoon } from '@/lib/cache-targets'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'

// A function's figures are aggregates: events say that they moved, REST says where to.
const onJobFact = ({ client }: LiveContext): void => {
  refreshSoon(client, 'functions')
}

export const functionsLive: LiveSlice = {
  'job.queued': onJobFact,
  'job.started': onJobFact,
  'job.completed': onJobFact,
  'job.failed': onJobFact,
  'job.retrying': onJobFact,
  'job.cancelled': onJobFact,
}
