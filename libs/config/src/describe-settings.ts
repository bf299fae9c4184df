import { type SettingName, settings, topics } from './settings';

export interface SettingDescription {
  readonly name: SettingName;
  readonly topic: string;
  readonly description: string;
  /** Formatted for the documentation; empty if the setting is unset by default. */
  readonly fallback: string;
}

/** Defaults that depend on other settings, on the model or on where Boxreel runs. */
const FALLBACKS: Partial<Record<SettingName, string>> = {
  DATA_DIR: '`./data`',
  VOLUME_DIR: '`DATA_DIR/volume`',
  MODELS_DIR: '`models`',
  MODEL_CACHE: '`.cache/models`',
  INFER_INSTANCES: "the model's; otherwise one per CPU, 2 on CUDA",
  PREFERRED_BATCH_SIZE: "the model's; otherwise 1, 8 on CUDA",
  MAX_QUEUE_DELAY_US: "the model's; otherwise 0, 2000 on CUDA",
  SCORE_THRESHOLD: "the model's; otherwise 0.5",
  NMS_IOU: "the model's; otherwise 0.6",
  MAX_DETECTIONS: "the model's; otherwise 100",
  KUBE_NAMESPACE: "the pod's, otherwise the kubeconfig's, otherwise `boxreel`",
};

/** Every setting with its topic, meaning and default, in the order of the table. */
export function describeSettings(): SettingDescription[] {
  return Object.entries(topics).flatMap(([topic, table]) =>
    (Object.keys(table) as SettingName[]).map((name) => ({
      name,
      topic,
      description: settings[name].description ?? '',
      fallback: FALLBACKS[name] ?? shown(settings[name].safeParse(undefined).data),
    })),
  );
}

function shown(value: unknown): string {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? `\`${value}\`` : '';
}
