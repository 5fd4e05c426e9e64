/** Names under which an adapter's files are kept and exported. */
export const adapterFileNames = { weights: 'adapter.safetensors', card: 'adapter.json' } as const;

/** Under these names `PeftModel.from_pretrained` finds LoRA in a folder; the card is ours, and PEFT passes over it. */
export const peftFileNames = {
  weights: 'adapter_model.safetensors',
  config: 'adapter_config.json',
  card: 'onward.json',
} as const;
