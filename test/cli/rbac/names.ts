/** RBAC names are path segments: no `/`, no `%`, not `.` or `..`; ours are DNS names as well. */
export function validateName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name);
}
