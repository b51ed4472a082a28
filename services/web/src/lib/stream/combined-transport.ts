// One connection carries what the page needs: a browser allows six to an origin, and the dashboard alone needs five streams.
import { StreamConnection, type ConnectionOptions, type Wire } from '@/lib/stream/connection'
import { readEnvelope } from '@/lib/stream/messages'
import { streamUrl } from '@/lib/stream/subs'

export const COMBINED_WIRE: Wire = { url: streamUrl, read: readEnvelope }

export const combinedTransport = (options: Omit<ConnectionOptions, 'wire'>): StreamConnection => new StreamConnection({ ...options, wire: COMBINED_WIRE })
