// Reads apart from the page: a text made to be slow takes seconds, and holds up nobody.
import { readMarkdown } from '@/features/jobs/markdown-tokens'

self.onmessage = ({ data }: MessageEvent<string>) => {
  self.postMessage(readMarkdown(data))
}
