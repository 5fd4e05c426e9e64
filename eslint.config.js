import { readFileSync } from 'node:fs';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// One table for lint and for the test that walks the import graph.
const { rooms, faces, packages } = JSON.parse(
  readFileSync(new URL('tests/house/rooms.json', import.meta.url), 'utf8'),
);

/** A path that leaves the room must end at a face of one of `allowed`. */
function otherRooms(room, allowed) {
  const targets = Object.keys(rooms).filter((name) => name !== room);
  const entrances = allowed.map((name) => `${name}/(?:${(faces[name] ?? ['index']).join('|')})\\.ts`);
  return {
    regex: `^(\\.\\./)+(?!(?:${[...entrances, '$'].join('|')})$)(?:${targets.join('|')})/`,
    message: `src/${room} may import only the index.ts of: ${allowed.join(', ') || 'no other room'}.`,
  };
}

const roomRules = Object.entries(rooms).map(([room, allowed]) => {
  const patterns = [
    ...packages
      .filter((entry) => !entry.rooms.includes(room))

      .map((entry) => ({
        group: entry.names.flatMap((name) => [name, `${name}/*`]),
        message: entry.message,
      })),
    otherRooms(room, allowed),
  ];
  return {
    files: [`src/${room}/**`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

/** Parts of src/ui whose words are all in messages/; the list grows until it is src/ui. */
const spoken = ['src/ui/privacy/EraseSection.svelte', 'src/ui/Phrase.svelte', 'src/ui/Term.svelte'];
/** Two words beside each other are a sentence, or the beginning of one. */
const sentence = '/\\p{L}{2,}[,:;.]? \\p{L}{2,}/u';
const forMachines =
  '/^(class|style|id|href|src|d|points|viewBox|transform|rel|sizes|media|content|autocomplete|for|headers)$|^(style|class):|^aria-(labelledby|describedby|controls)$/';
const literalText = {
  selector: [
    ':not(SvelteStyleElement) > SvelteText[value=/\\p{L}{2,}/u]',
    `SvelteAttribute[key.name!=${forMachines}] > SvelteLiteral[value=${sentence}]`,
    'SvelteAttribute[key.name=/^(aria-label|placeholder|title|alt|label)$/] > SvelteLiteral[value=/\\p{L}/u]',
    'SvelteMustacheTag > ConditionalExpression > Literal[value=/^\\p{Lu}/u]',
    `Literal[value=${sentence}]`,
    `TemplateElement[value.raw=${sentence}]`,
    'SvelteElement > SvelteMustacheTag TemplateElement[value.raw=/\\p{L}{2,}/u]',
  ].join(', '),
  message: 'Words that a person reads belong in messages/.',
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.build/', 'models/onward-*/'] },
  // TypeScript itself reports most of what ESLint's own rules would; these it does not.
  {
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-cond-assign': 'error',
      'no-debugger': 'error',
      'no-fallthrough': 'error',
      'no-irregular-whitespace': 'error',
      'no-loss-of-precision': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.page.json',
          './tsconfig.worker.json',
          './tsconfig.node.json',
          './tsconfig.tests.json',
        ],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // Where an old browser lacks what its types promise, code must still ask.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Loops over tensors read better with their index.
      '@typescript-eslint/prefer-for-of': 'off',
      // Counts and ratios in messages are numbers.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: tseslint.parser, svelteConfig },
    },
  },
  {
    // ESLint's parser sees `any` where a component's events, snippets and {#each} items are typed by Svelte's own
    // compiler output; svelte-check, which reads that output, checks the same types.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['src/**', 'models/recipe/**', 'models/shapes/**', 'tests/**'],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },
  { files: spoken, rules: { 'no-restricted-syntax': ['error', literalText] } },
  { files: ['*.js'], languageOptions: { globals: globals.node } },
  ...roomRules,
);
