import { expect, test } from 'vitest'
import type { Artifact } from '@/features/jobs/api'
import { versionAt, versionsOf } from '@/features/jobs/artifact-versions'

const anArtifact = (id: string, name: string): Artifact => ({ id, name, job_id: 'j', type: 'text', content_type: 'text/plain', size_bytes: 1, sha256: '', storage_backend: 'local', status: 'stored', error: null, created_at: '2026-01-01T10:00:00Z' })

test('artifacts of one name are one thing, where the first of them stood', () => {
  const found = versionsOf([anArtifact('1', 'a'), anArtifact('2', 'b'), anArtifact('3', 'a')])
  expect(found.map(({ name, all }) => [name, all.map(({ id }) => id)])).toEqual([['a', ['1', '3']], ['b', ['2']]])
})

test('the newest is shown until another is chosen, and when that is deleted', () => {
  const [versions] = versionsOf([anArtifact('1', 'a'), anArtifact('3', 'a')])
  if (!versions) throw new Error('unreachable')
  expect([versionAt(versions, undefined).id, versionAt(versions, '1').id, versionAt(versions, '2').id]).toEqual(['3', '1', '3'])
})
