import type { ClusterSettings } from './clusterSettings.ts';

/** How much there is in one part of a split. */
export interface PartCounts {
  people: number;
  observations: number;
  lines: number;
}

/** The README of the archive: what is in it, the command, and what to do with what comes out. */
export function clusterReadme(
  settings: ClusterSettings,
  counts: Readonly<Record<'fitting' | 'tuning' | 'test', PartCounts>>,
): string {
  const { baseModel, form, template, lora, processes } = settings;
  const row = (file: string, use: string, { people, observations, lines }: PartCounts): string =>
    `| \`${file}\` | ${people} | ${observations} | ${lines} | ${use} |`;
  return `# Careers for a cluster

This archive holds careers of people. Treat it as you treat the panel that it was made of.

| file | people | observations | lines | use |
|---|---|---|---|---|
${row('data/train.jsonl', 'learning', counts.fitting)}
${row('data/validation.jsonl', 'choosing: tuning people', counts.tuning)}
${row('data/test.jsonl', 'reporting only; the training does not read it', counts.test)}

${formWords[form]} Template ${template.version ?? 'onward-1'}, ${optionWords(template)}. Nobody is in two parts.

## Train

\`\`\`sh
pip install "trl>=1.0" peft accelerate datasets
accelerate launch --num_processes ${processes} -m trl.scripts.sft --config sft.yaml
\`\`\`

\`sft.yaml\` asks for LoRA of rank ${lora.rank}, alpha ${lora.alpha}, on ${lora.targets.join(', ')} of \`${baseModel}\`.
\`adapter_config.json\` says the same in PEFT's words, for scripts of your own (\`LoraConfig.from_pretrained('.')\`).
Where the machine has no network, set \`model_name_or_path\` to a folder that holds the model and
\`HF_HUB_OFFLINE=1\`. On several machines, run \`accelerate config\` on each first.

The trainer appends the tokenizer's end-of-text token to each line. ${endWords[form]}

## Take it back

The folder \`adapter/\` then holds \`adapter_model.safetensors\` and \`adapter_config.json\`. Open both in Onward, with the
same base model, template and occupation list chosen; it checks that they fit.
`;
}

const formWords = {
  text: 'Each line is a whole career, `{"text"}`; every token is learned.',
  'prompt-completion':
    'Each line is one step of a career, `{"prompt","completion"}`; only the title and the newline after it are learned.',
} as const;

const endWords = {
  text: 'A career ends in `<END OF DATA>` already, so this changes nothing that a title is scored by.',
  'prompt-completion':
    'It comes after the newline that ends a title, so it changes nothing that a title is scored by.',
} as const;

function optionWords(template: ClusterSettings['template']): string {
  const { titles = 'words', demographics = true, birthYear = true, lastRecords, regionOnEachLine } = template;
  return [
    `titles as ${titles}`,
    demographics ? 'with demographics' : 'without demographics',
    birthYear ? 'with birth year' : 'without birth year',
    lastRecords === undefined ? 'whole careers' : `the last ${lastRecords} records only`,
    ...(regionOnEachLine ? ['region on each line'] : []),
  ].join(', ');
}
