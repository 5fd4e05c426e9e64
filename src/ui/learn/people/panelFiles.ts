/** Names of CAREER's files: a split and what its lines hold. */
const careerFile = /(?:^|[/\\])(train|valid|test)\.(job|year|education|ethnicity|gender|location)$/;

/** Whether these are files of CAREER's set, which belong together line by line. */
export function isCareerFileSet(files: readonly { name: string }[]): boolean {
  return files.some(({ name }) => careerFile.test(name));
}

/** What a panel of these files is called until the person says otherwise: the name of the file without its endings. */
export function nameOfFiles(files: readonly { name: string }[]): string {
  if (isCareerFileSet(files)) return 'CAREER files';
  const [first] = files;
  return first?.name.replace(/(\.(csv|tsv|txt|gz))+$/i, '').replaceAll('_', ' ') ?? '';
}
