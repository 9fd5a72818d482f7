// What the helper that shapes links may not ask of the kernel. It needs SYS_ADMIN to enter network namespaces, a capability that opens many
// other doors: those are shut here. Takes the place of Docker's own profile, so it also refuses what that one does.

/** System calls, one family a line. */
const refused = [
  // File systems: a cgroup hierarchy mounted anew is a known way to the host.
  'mount umount umount2 pivot_root chroot move_mount mount_setattr open_tree fsopen fsconfig fsmount fspick swapon swapoff quotactl',
  // Files by number rather than by name, and names under which devices would appear.
  'open_by_handle_at name_to_handle_at mknod mknodat',
  // Other processes: their memory, their files, their keys.
  'ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp migrate_pages move_pages keyctl add_key request_key',
  // The kernel itself.
  'bpf perf_event_open userfaultfd lookup_dcookie fanotify_init syslog acct reboot io_uring_setup iopl ioperm vhangup vm86 vm86old',
  'init_module finit_module delete_module create_module kexec_load kexec_file_load',
  'sethostname setdomainname settimeofday stime clock_settime clock_settime64 adjtimex clock_adjtime clock_adjtime64',
].flatMap((family) => family.split(' '));

/** In Docker's JSON form. Calls of another architecture than the machine's own are refused too. */
export const netAdminSeccomp = JSON.stringify({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: refused, action: 'SCMP_ACT_ERRNO', errnoRet: 1 }],
});
