import { bool, integer, list, text, texts } from '../flags/flag-kinds.ts';

/** How objects are shown; shared by all commands that print them. */
export const PRINT_FLAGS = {
  output: text({
    char: 'o',
    summary:
      'json, yaml, kyaml, name, wide, jsonpath=…, jsonpath-as-json=…, jsonpath-file=…, custom-columns=…, custom-columns-file=…, go-template=…, go-template-file=…',
    default: '',
  }),
  template: text({ summary: 'Template of -o go-template (also without -o), jsonpath or custom-columns.', default: '' }),
  'allow-missing-template-keys': bool({ summary: 'Print nothing for fields that are not there.', default: true }),
  'show-managed-fields': bool({ summary: 'Keep metadata.managedFields in JSON and YAML.' }),
};

/** Which files hold the objects. */
export const FILE_FLAGS = {
  filename: texts({ char: 'f', summary: 'File, directory, URL or - for stdin; may be repeated.' }),
  recursive: bool({ char: 'R', summary: 'Also the directories below those of -f.' }),
};

export const SELECTOR_FLAGS = {
  selector: text({ char: 'l', summary: "Label selector: 'a=b,c!=d,e in (f,g)'.", default: '' }),
  'field-selector': text({ summary: "Field selector: 'status.phase=Running'.", default: '' }),
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces.' }),
};

export const GET_FLAGS = {
  ...PRINT_FLAGS,
  ...FILE_FLAGS,
  kustomize: text({ char: 'k', summary: 'Directory to build with kustomize, which must be installed.' }),
  ...SELECTOR_FLAGS,
  'chunk-size': integer({ summary: 'Ask for long lists in parts of this size; 0 = at once.', default: 500, min: 0 }),
  'ignore-not-found': bool({ summary: 'Be silent about objects that do not exist.' }),
  'label-columns': list({ char: 'L', summary: 'Labels to show as columns.' }),
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  'output-watch-events': bool({ summary: 'Show the kind of each event with --watch.' }),
  raw: text({ summary: 'Path to ask the server for.' }),
  'server-print': bool({ summary: 'Let the server lay out the table.', default: true }),
  'show-kind': bool({ summary: 'Show the kind before the name.' }),
  'show-labels': bool({ summary: 'Show all labels as the last column.' }),
  'sort-by': text({ summary: 'Field to sort by, as a JSONPath: .metadata.name', default: '' }),
  subresource: text({ summary: 'Show a sub-resource: status, scale.', default: '' }),
  watch: bool({ char: 'w', summary: 'Show changes as they come.' }),
  'watch-only': bool({ summary: 'Show changes only.' }),
};
