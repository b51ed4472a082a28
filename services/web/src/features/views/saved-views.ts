// The views somebody saved: the server's, and this browser's own where the server is of a version that keeps none, or refused some.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { deleteView, moveToServer, patchView, postView, savedViewsQuery, type ViewChange } from '@/features/views/api'
import { readViews, spelled, viewOfBrowser, withoutView, withView, type KeptView, type SavedView, type ViewSearch } from '@/features/views/views'
import { ofBrowser } from '@/lib/browser-storage'

const STORED = 'job-views'
const readKept = (): readonly KeptView[] => readViews(ofBrowser.read(STORED))
const writeKept = (views: readonly KeptView[]): void => {
  ofBrowser.write(STORED, views.length === 0 ? null : JSON.stringify(views))
}

export interface SavedViews {
  readonly views: readonly SavedView[]
  /** Whether the server keeps what is saved. */
  readonly isKeptByServer: boolean
  readonly mayShare: boolean
  readonly save: (name: string, search: ViewSearch, isShared: boolean) => Promise<void>
  readonly change: (view: SavedView, change: ViewChange) => Promise<void>
  readonly remove: (view: SavedView) => Promise<void>
}

export function useSavedViews(): SavedViews {
  const client = useQueryClient()
  const { data } = useQuery(savedViewsQuery())
  const [kept, setKept] = useState(readKept)
  const keep = (views: readonly KeptView[]): void => {
    writeKept(views)
    setKept(views)
  }
  const isKeptByServer = data !== null
  useMoved(data !== undefined && isKeptByServer, setKept)
  const settle = (): Promise<void> => client.invalidateQueries(savedViewsQuery())
  const onServer = data?.views ?? []
  return {
    views: [...onServer, ...kept.filter((view) => !onServer.some((one) => isSame(one, view))).map(viewOfBrowser)],
    isKeptByServer,
    mayShare: data?.mayShare ?? false,
    save: async (name, search, isShared) => {
      if (!isKeptByServer) {
        keep(withView(kept, { name, search }))
        return
      }
      await postView(name, search, isShared)
      await settle()
    },
    change: async (view, change) => {
      if (view.isOfBrowser) {
        const { name = view.name, search = view.search } = change
        keep(withView(name === view.name ? kept : withoutView(kept, view.name), { name, search }))
        return
      }
      await patchView(view.id, change)
      await settle()
    },
    remove: async (view) => {
      if (view.isOfBrowser) {
        keep(withoutView(kept, view.name))
        return
      }
      await deleteView(view.id)
      await settle()
    },
  }
}

const isSame = (one: SavedView, kept: KeptView): boolean => one.by === null && one.name === kept.name && spelled(one.search) === spelled(kept.search)

let moving: Promise<void> | null = null

/** What this browser kept from before goes to the server, once. */
function useMoved(isPossible: boolean, onMoved: (left: readonly KeptView[]) => void): void {
  const client = useQueryClient()
  useEffect(() => {
    if (!isPossible || readKept().every(({ isRefused }) => isRefused)) return
    moving ??= moveToServer(readKept(), postView).then(writeKept).finally(() => {
      moving = null
    })
    void moving.then(async () => {
      await client.invalidateQueries(savedViewsQuery())
      const known = client.getQueryData(savedViewsQuery().queryKey)
      // Another tab may have sent them first: what is there is not kept here as well.
      const left = readKept().filter((view) => !known?.views.some((one) => isSame(one, view)))
      writeKept(left)
      onMoved(left)
    })
  }, [isPossible, client, onMoved])
}
