// Which metadata locks wait for which. MySQL 8 and MariaDB 10.11 agree: the matrices in the comments of sql/mdl.cc, those
// of scoped locks (IX, S, X) and of objects in one table, since no object has an IX; MariaDB's backup locks below.

/** As sql/mdl.cc abbreviates them, and as performance_schema.metadata_locks tells them. */
const names = {
  ...{ IX: "INTENTION_EXCLUSIVE", S: "SHARED", SH: "SHARED_HIGH_PRIO", SR: "SHARED_READ", SW: "SHARED_WRITE" },
  ...{ SWLP: "SHARED_WRITE_LOW_PRIO", SU: "SHARED_UPGRADABLE", SRO: "SHARED_READ_ONLY", SNW: "SHARED_NO_WRITE" },
  ...{ SNRW: "SHARED_NO_READ_WRITE", X: "EXCLUSIVE" },
  ...{ S0: "BACKUP_START", S1: "BACKUP_FLUSH", S2: "BACKUP_WAIT_FLUSH", S3: "BACKUP_WAIT_DDL" },
  ...{ S4: "BACKUP_WAIT_COMMIT", F1: "BACKUP_FTWRL1", F2: "BACKUP_FTWRL2", D: "BACKUP_DML", TD: "BACKUP_TRANS_DML" },
  ...{ SD: "BACKUP_SYS_DML", DD: "BACKUP_DDL", BL: "BACKUP_BLOCK_DDL", AC: "BACKUP_ALTER_COPY", C: "BACKUP_COMMIT" },
} as const;

type Short = keyof typeof names;

/** By request: the granted locks for which it waits, and the requests that wait and go first. */
const rules: Readonly<Record<Short, readonly [granted: string, pending: string]>> = {
  IX: ["S X", "S X"],
  S: ["IX X", "X"],
  SH: ["X", ""],
  SR: ["SNRW X", "SNRW X"],
  SW: ["SRO SNW SNRW X", "SNW SNRW X"],
  SWLP: ["SRO SNW SNRW X", "SRO SNW SNRW X"],
  SU: ["SU SNW SNRW X", "X"],
  SRO: ["SW SWLP SNRW X", "SW SNRW X"],
  SNW: ["SW SWLP SU SNW SNRW X", "X"],
  SNRW: ["SR SW SWLP SU SRO SNW SNRW X", "X"],
  X: ["IX S SH SR SW SWLP SU SRO SNW SNRW X", ""],
  S0: ["S0 S1 S2 S3 S4 BL", "S1 S2 S3 S4 BL"],
  S1: ["S0", ""],
  S2: ["S0 D", ""],
  S3: ["S0 D DD", ""],
  S4: ["S0 D SD DD C", ""],
  F1: ["D TD SD DD AC", ""],
  F2: ["D TD SD DD AC C", ""],
  D: ["S1 S2 S3 S4 F1 F2", "S1 S2 S3 S4 F1 F2"],
  TD: ["F1 F2", "F1 F2"],
  SD: ["S4 F1 F2", "S4 F1 F2"],
  DD: ["S3 S4 F1 F2 BL", "S3 S4 F1 F2 BL"],
  BL: ["S0 S1 S2 S3 S4 BL DD", "S0"],
  AC: ["F1 F2", "F1 F2"],
  C: ["S4 F2", "S4 F2"],
};

/**
 * What a granted lock may have become: performance_schema tells the type that was asked for, and no later change. So
 * `LOCK TABLES … READ` is an SR in MariaDB, and a copying `ALTER TABLE` an SU.
 */
const becomes: Partial<Readonly<Record<Short, string>>> = {
  SR: "SR SRO",
  SU: "SU SNW SNRW X",
  SNW: "SNW SNRW X",
  SNRW: "SNRW X",
  X: "X SNRW SNW SU",
  S0: "S0 S1 S2 S3 S4",
  BL: "BL S0 S1 S2 S3 S4",
  F1: "F1 F2",
  DD: "DD AC",
};

const shorts = new Map(Object.entries(names).map(([short, name]) => [name as string, short as Short]));

/**
 * Whether a request waits for a granted lock of another session.
 * @param objectType only tables' and backups' locks change their type
 * @returns `maybe` where that depends on what the lock has become, or on a type that is not known
 */
export function waitsForGranted(request: string, granted: string, objectType: string): "yes" | "maybe" | "no" {
  const [asked, had] = [shorts.get(request), shorts.get(granted)];
  if (!asked || !had) return "maybe";
  const [against] = rules[asked];
  const changes = objectType === "TABLE" || objectType === "BACKUP";
  const types = ((changes ? becomes[had] : undefined) ?? had).split(" ");
  const conflicts = types.filter((type) => against.split(" ").includes(type)).length;
  if (conflicts === 0) return "no";
  return conflicts === types.length ? "yes" : "maybe";
}

/** Whether a request waits because another one does, which goes first. */
export function waitsForPending(request: string, pending: string): boolean {
  const [asked, other] = [shorts.get(request), shorts.get(pending)];
  return asked !== undefined && other !== undefined && rules[asked][1].split(" ").includes(other);
}
