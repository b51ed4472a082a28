import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

// ui, lib → features → components → routes → app: a layer may import only what stands before it.
const LAYERS = ['lib', 'ui', 'features', 'components', 'routes', 'app']
const outsideOf = (layer) => LAYERS.slice(LAYERS.indexOf(layer) + 1)

const noParents = { group: ['../*'], message: 'Import across folders by the @/ alias.' }
const layer = (name) => ({
  files: [`src/${name}/**/*.{ts,tsx}`],
  ignores: ['**/*.test.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          noParents,
          ...outsideOf(name).map((outer) => ({
            group: [`@/${outer}/*`],
            message: `${name} may not import from ${outer}.`,
          })),
        ],
      },
    ],
  },
})

// A cache key is spelled in a queryOptions factory, nowhere else.
const keysInFactories = {
  files: ['src/**/*.{ts,tsx}'],
  ignores: ['src/features/*/api.ts', 'src/lib/cache-targets.ts', '**/*.test.{ts,tsx}'],
  rules: {
    'no-restricted-syntax': [
      'error',
      {
        selector: "Property[key.name='queryKey'][value.type='ArrayExpression']",
        message: "Spell cache keys in the feature's api.ts.",
      },
    ],
  },
}

// What a type says is true of what is there: made so where it is made, or asked where it comes in.
const noCasts = {
  files: ['src/**/*.{ts,tsx}'],
  ignores: ['**/*.test.{ts,tsx}'],
  rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }] },
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/routeTree.gen.ts', 'src/generated', 'playwright-report', 'test-results'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat['recommended-latest'] ?? reactHooks.configs.flat.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  ...LAYERS.map(layer),
  keysInFactories,
  noCasts,
)
