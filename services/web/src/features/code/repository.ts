// A line of code in the repository, where the installation names one.
import * as v from 'valibot'
import { encodedPath, fill, pathBelow, plainPath, type Place } from '@/features/code/path'

export interface CodePlaces {
  /** The repository's address of a line, with places for what differs; null where none is named. */
  readonly sourceUrl: string | null
  /** The folder the code stands in where workers run. */
  readonly root: string
}

// As millstream_local/settings.py and the chart's schema have them.
const settings = v.object({
  source_url: v.fallback(v.nullable(v.pipe(v.string(), v.regex(/^https?:\/\/[^\s/{}]+\/\S*\{path\}\S*$/))), null),
  source_root: v.fallback(v.string(), '/app'),
})

export function codePlacesOf(document: unknown): CodePlaces {
  const read = v.safeParse(settings, document)
  return read.success ? { sourceUrl: read.output.source_url, root: read.output.source_root } : { sourceUrl: null, root: '/app' }
}

/** Of a pod's image its tag: that is what stands in for a version nobody said. A digest is of no repository. */
function revisionOf(version: string): string | null {
  const revision = version.includes('@') ? '' : version.slice(version.lastIndexOf(':') + 1)
  return plainPath(revision)
}

/** Null where the file is none of the repository's, or the address needs a version and there is none. */
export function repositoryUrl({ sourceUrl, root }: CodePlaces, { file, line }: Place, version: string | null): string | null {
  const path = sourceUrl === null ? null : pathBelow(root, file)
  const revision = version === null ? null : revisionOf(version)
  if (sourceUrl === null || path === null || (revision === null && sourceUrl.includes('{version}'))) return null
  return fill(sourceUrl, { path: encodedPath(path), line: String(line), version: encodedPath(revision ?? '') })
}
