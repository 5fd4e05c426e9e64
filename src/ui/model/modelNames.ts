/** What ships goes by plainer names than its cards have. */
const plain: Readonly<Record<string, string>> = {
  'language-route': 'Language model alone',
  'shipped/head': 'Head on the language model',
  'shipped/career': 'CAREER',
  'shipped/path': 'CAREER with job history',
  'shipped/path2': 'CAREER with job history (second)',
  'shipped/best': 'Combined model (recommended)',
};

/** What a model is called where people read; one's own by the name that they gave it. */
export function modelName({ id, name }: { id: string; name: string }): string {
  return plain[id] ?? name;
}
