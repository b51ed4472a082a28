// Before whatever refines it.
import '@/ui/styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createAppRouter, createQueryClient } from '@/app/router'
import { loadOpenedByHand } from '@/components/shell'
import { openAtHash } from '@/lib/open-at-hash'
import { isCodeMissing, watchCode } from '@/lib/page-code'

watchCode()
const queryClient = createQueryClient()
const router = createAppRouter(queryClient)
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')

createRoot(root, {
  onCaughtError: (error) => {
    // Of code that is not there the page says what it does about it.
    if (!isCodeMissing(error)) console.error(error)
  },
}).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

// Opened by its address, or by a link that names a part; a page that is come back to is where it was left.
const [opened] = performance.getEntriesByType('navigation')
if (opened instanceof PerformanceNavigationTiming && opened.type === 'navigate') openAtHash(window.location.hash)
router.history.subscribe(({ action, location }) => {
  if (action.type === 'PUSH') openAtHash(location.hash)
})

// Every page's code, and the palette's, is fetched once the first is shown: it can then be opened while the server is away, or
// replaced by a version whose files have other names.
window.addEventListener('load', () => {
  setTimeout(() => {
    Object.values(router.routesById).forEach((route) => void router.loadRouteChunk(route)?.catch(() => undefined))
    void loadOpenedByHand().catch(() => undefined)
  }, 1000)
})
