import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** The rooms that a room may import, always through their index. tests/house/rooms.ts says the same for the test. */
const rooms = {
  platform: [],
  career: ['platform'],
  occupation: ['platform', 'career'],
  evaluation: ['platform', 'career', 'occupation'],
  onnx: ['platform'],
  lm: ['platform'],
  learning: ['platform', 'career', 'occupation', 'evaluation', 'onnx'],
  storage: ['platform'],
  worker: ['platform', 'career', 'occupation', 'evaluation', 'onnx', 'lm', 'learning', 'storage'],
  lab: ['platform', 'career', 'occupation', 'evaluation', 'worker'],
  ui: ['platform', 'career', 'occupation', 'evaluation', 'storage', 'worker'],
};

/** Rooms of which only types may be imported besides: storage keeps what others define. */
const typeRooms = { storage: ['career', 'occupation', 'worker'], lm: ['worker'] };

/** Packages that only some rooms may know. */
const packages = [
  {
    names: ['onnxruntime-*', 'onnxruntime-*/*'],
    rooms: ['lm', 'learning'],
    message: 'Only lm and learning run onnxruntime.',
  },
  { names: ['dexie', 'dexie/*'], rooms: ['storage'], message: 'Only storage knows Dexie.' },
  { names: ['comlink', 'comlink/*'], rooms: ['worker'], message: 'Only worker knows comlink.' },
  { names: ['svelte', 'svelte/*'], rooms: ['ui'], message: 'Only ui knows Svelte.' },
  { names: ['node:*'], rooms: ['lab'], message: 'Only the command line runs in Node.' },
];

/** A path that leaves the room must end at the index of one of `allowed`. */
function otherRooms(room, allowed, allowTypeImports) {
  const targets = Object.keys(rooms).filter((name) => name !== room);
  return {
    regex: `^(\\.\\./)+(?!(?:${[...allowed, '$'].join('|')})/index\\.ts$)(?:${targets.join('|')})/`,
    message: `src/${room} may import only the index.ts of: ${allowed.join(', ') || 'no other room'}.`,
    allowTypeImports,
  };
}

const roomRules = Object.entries(rooms).map(([room, allowed]) => {
  const types = typeRooms[room] ?? [];
  const patterns = [
    ...packages
      .filter((entry) => !entry.rooms.includes(room))
      .map((entry) => ({ group: entry.names, message: entry.message })),
    otherRooms(room, [...allowed, ...types], false),
    ...(types.length > 0 ? [otherRooms(room, allowed, true)] : []),
  ];
  return {
    files: [`src/${room}/**`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

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
    files: ['src/**', 'models/recipe/**', 'tests/**'],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },
  { files: ['*.js'], languageOptions: { globals: globals.node } },
  ...roomRules,
);
