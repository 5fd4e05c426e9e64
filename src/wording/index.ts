/**
 * How words are looked up. The words themselves are in messages/ at the top: one file a part of the app, in English,
 * which a language in messages/languages/ translates.
 *
 * A message is a string or a function of its values, so TypeScript checks keys and values, a bundler takes the files
 * that a page imports and no others, and nothing has to be generated before a fresh clone type-checks or runs. Plurals
 * are `Intl.PluralRules`. Compilers of message files were tried: Paraglide 2.25 brings about 600 MB of packages.
 */
export {
  catalogue,
  english,
  type Language,
  onLanguage,
  speak,
  spokenTag,
  trackReading,
  type Translated,
  type Words,
} from './catalogue.ts';
export { count, plural } from './counts.ts';
export { type Piece, pieces, withoutTags } from './phrase.ts';
