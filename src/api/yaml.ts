/** YAML bodies and answers, as sigs.k8s.io/yaml converts them. */
export { parseYaml, type YamlDocument, YamlError } from './yaml-reader.ts';
export { stringifyYaml } from './yaml-writer.ts';
