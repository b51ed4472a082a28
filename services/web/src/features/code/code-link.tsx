import { useQuery } from '@tanstack/react-query'
import { GitBranch } from 'lucide-react'
import type { ReactNode } from 'react'
import { codePlacesQuery } from '@/features/code/api'
import { EDITORS, editorUrl, useEditor } from '@/features/code/editor'
import type { Place } from '@/features/code/path'
import { codePlacesOf, repositoryUrl } from '@/features/code/repository'

interface CodeLinkProps {
  readonly place: Place
  /** Of the code that ran, where it is known. */
  readonly version: string | null
  readonly children: ReactNode
}

const OF_NOTHING = codePlacesOf(null)

/** A line of code: a door to it in the reader's editor, else in the repository; in both, where there are both. */
export function CodeLink({ place, version, children }: CodeLinkProps) {
  const { data: places = OF_NOTHING } = useQuery(codePlacesQuery())
  const choice = useEditor()
  const here = editorUrl(choice, places.root, place)
  const there = repositoryUrl(places, place, version)
  if (here === null && there === null) return children
  if (here === null) return <RepositoryLink url={there ?? ''}>{children}</RepositoryLink>
  return (
    <>
      <a href={here} title={`Open in ${choice.editor === 'own' ? 'your editor' : EDITORS[choice.editor]}`}>
        {children}
      </a>
      {there === null ? null : (
        <RepositoryLink url={there}>
          <GitBranch size={12} role="img" aria-label={`${place.file} in the repository`} className="code-in-repository" />
        </RepositoryLink>
      )}
    </>
  )
}

const RepositoryLink = ({ url, children }: { url: string; children: ReactNode }) => (
  <a href={url} target="_blank" rel="noreferrer" title="In the repository, as of the version that ran">
    {children}
  </a>
)
