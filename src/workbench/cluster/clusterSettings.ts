import type { TemplateOptions } from '../../career/index.ts';
import type { LoraConfig } from '../../onnx/index.ts';
import type { LineForm } from './trainingLines.ts';

/** What is trained on a cluster, and how. */
export interface ClusterSettings {
  /** A model that transformers loads: its name on a hub, or a folder with config.json, weights and tokenizer. */
  baseModel: string;
  form: LineForm;
  template: TemplateOptions;
  /** All layers: TRL's command line cannot name some. */
  lora: Omit<LoraConfig, 'layers'>;
  loraDropout: number;
  epochs: number;
  /** Lines per step on each device. */
  batchSize: number;
  learningRate: number;
  warmupSteps: number;
  /** Tokens; what is longer loses its end. */
  maxLength: number;
  /** Devices, one process each. */
  processes: number;
  seed: number;
}

/** Settings to start from for models of a few hundred million parameters and more. */
export const usualClusterSettings: Omit<ClusterSettings, 'baseModel'> = {
  form: 'text',
  template: {},
  lora: {
    rank: 16,
    alpha: 32,
    targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  },
  loraDropout: 0.05,
  epochs: 3,
  batchSize: 8,
  learningRate: 2e-4,
  warmupSteps: 100,
  maxLength: 1024,
  processes: 4,
  seed: 1,
};

/**
 * Arguments of `trl.scripts.sft` as YAML (every value is JSON, which is YAML); the names are those of TRL 1.13. Tuning
 * people decide which epoch is kept; test people are not read.
 */
export function trlArguments(settings: ClusterSettings): string {
  const { lora } = settings;
  return yaml({
    model_name_or_path: settings.baseModel,
    dataset_name: './data',
    dataset_train_split: 'train',
    dataset_test_split: 'validation',
    max_length: settings.maxLength,
    packing: false,
    use_peft: true,
    lora_task_type: 'CAUSAL_LM',
    lora_r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: settings.loraDropout,
    lora_target_modules: lora.targets,
    learning_rate: settings.learningRate,
    lr_scheduler_type: 'cosine',
    warmup_steps: settings.warmupSteps,
    num_train_epochs: settings.epochs,
    per_device_train_batch_size: settings.batchSize,
    per_device_eval_batch_size: settings.batchSize,
    eval_strategy: 'epoch',
    save_strategy: 'epoch',
    save_total_limit: 2,
    load_best_model_at_end: true,
    metric_for_best_model: 'eval_loss',
    logging_steps: 20,
    report_to: 'none',
    output_dir: './adapter',
    seed: settings.seed,
  });
}

function yaml(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('');
}
