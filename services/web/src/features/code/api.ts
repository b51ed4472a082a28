import { codePlacesOf } from '@/features/code/repository'
import { installationQuery } from '@/features/installation/api'

/** Where the code stands, as the installation says. */
export const codePlacesQuery = () => ({ ...installationQuery(), select: codePlacesOf })
