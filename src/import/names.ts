/**
 * Modules that neither write anything by themselves nor start anything that does. If a program imports no others, all
 * classes but its own are known: `standardClasses`.
 */
export const quietModules: ReadonlySet<string> = words(`
  __future__ _weakref abc array atexit bisect collections contextlib copy ctypes datetime enum functools gc heapq io
  itertools math operator os random re resource signal string struct sys threading time tracemalloc types weakref
`);

/** Capitalised classes that exist in CPython 3.6 to 3.13 once those modules are imported; exception classes are excluded. */
export const standardClasses: ReadonlySet<string> = words(`
  ABC ABCMeta AST AbstractAsyncContextManager AbstractContextManager Add And AnnAssign Annotated Any
  AppleFrameworkLoader Array Assert Assign AsyncContextDecorator AsyncExitStack AsyncFor AsyncFunctionDef
  AsyncGenerator AsyncIterable AsyncIterator AsyncWith Attribute AugAssign Await Awaitable BZ2Compressor
  BZ2Decompressor BZ2File BadZipFile Barrier BaseExceptionGroup BaseFilter BaseStream BigEndianStructure
  BigEndianUnion BinOp BinaryIO BitAnd BitOr BitXor BoolOp BoundedSemaphore Break Buffer BufferedIOBase
  BufferedIncrementalDecoder BufferedIncrementalEncoder BufferedRWPair BufferedRandom BufferedReader BufferedWriter
  BuiltinImporter ByteString BytesIO CArgObject CDLL CField CFuncPtr CFunctionType CThunkObject CType_Type CacheInfo
  Call Callable CallableProxyType ChainMap ChildPath ClassDef Codec CodecInfo Collection Compare CompatibilityFiles
  CompleteDirs Compress Condition Constant Container Context ContextDecorator ContextVar Continue Coroutine Counter
  Decompress DecompressReader DefragResult DefragResultBytes Del Delete Dict DictComp DictRemover DirEntry
  DistutilsMetaFinder Div DomainFilter DynamicClassAttribute EncodingMap Enum EnumCheck EnumDict EnumMeta EnumType Eq
  Event ExceptHandler ExceptHookArgs ExceptionGroup ExitStack Expr Expression ExtensionFileLoader FastLookup
  FileFinder FileIO FileLoader FileReader Filter Flag FlagBoundary FloorDiv For FormattedValue Formatter ForwardRef
  Frame FrameLocalsProxy FrameSummary FrozenImporter FunctionDef FunctionType Generator GeneratorExp Generic
  GenericAlias Global Gt GtE HASH Handlers Hashable IO IOBase IPv4Address IPv4Interface IPv4Network IPv6Address
  IPv6Interface IPv6Network If IfExp Import ImportFrom In Incomplete IncrementalDecoder IncrementalEncoder
  IncrementalNewlineDecoder InstructionSequence IntEnum IntFlag Interactive InterpreterID Invert Is IsNot
  IsoCalendarDate ItemsView Iterable Iterator JoinedStr KeyWrapper KeyedRef KeysView LP_c_char LP_c_wchar LShift
  LZMACompressor LZMADecompressor LZMAFile Lambda LargeZipFile LazyLoader LibraryLoader List ListComp Load Loader Lt
  LtE MISSING Mapping MappingView MatMult Match MatchAs MatchClass MatchMapping MatchOr MatchSequence MatchSingleton
  MatchStar MatchValue Mod Module ModuleSpec Mult MultiplexedPath MutableMapping MutableSequence MutableSet Name
  NamedExpr NamedTuple NamedTupleMeta NamespaceLoader NamespaceReader NewType NoDefaultType NoneType Nonlocal Not
  NotEq NotImplementedType NotIn Or OrderedDict OrphanPath ParamSpec ParamSpecArgs ParamSpecKwargs ParseResult
  ParseResultBytes Pass Path PathFinder PathLike Pattern Pdata PickleBuffer Pickler PicklerMemoProxy PosixPath Pow
  Protocol ProxyType PurePath PurePosixPath PureWindowsPath PyCArrayType PyCFuncPtr PyCFuncPtrType PyCPointerType
  PyCSimpleType PyCStructType PyCapsule PyDLL PyZipFile Quitter RLock RShift Raise Random RawIOBase ReferenceType
  RegexFlag Repr ReprEnum ResourceReader Return Reversible SHA224Type SHA256Type SHA384Type SHA512Type SRE_Match
  SRE_Pattern SRE_Scanner SRE_Template ScandirIterator Scanner Semaphore Sequence Set SetComp Sigmasks Signals
  SimpleNamespace Sized Slice Snapshot SourceFileLoader SourceLoader SourcelessFileLoader SpecLoaderAdapter SpecPath
  SplitResult SplitResultBytes SpooledTemporaryFile StackSummary Starred State Statistic StatisticDiff StgDict
  StopTokenizing Store StrEnum StreamConverter StreamReader StreamReaderWriter StreamRecoder StreamWriter StringIO
  Struct StructParam_Type Structure Sub SubPattern Subscript SupportsAbs SupportsBytes SupportsComplex SupportsFloat
  SupportsIndex SupportsInt SupportsRound SystemRandom Template TemporaryDirectory TextIO TextIOBase TextIOWrapper
  Thread Timer Token TokenInfo Tokenizer TokenizerIter Trace Traceback Traversable TraversableResources
  TraversableResourcesLoader Try TryStar Tuple TypeAliasType TypeIgnore TypeVar TypeVarTuple TypedDict UAdd USub
  UnaryOp Union UnionType Unpickler UnpicklerMemoProxy UnraisableHookArgs UnsupportedOperation Untokenizer UserDict
  UserList UserString ValuesView Verbose WarningMessage WeakKeyDictionary WeakMethod WeakSet WeakValueDictionary While
  WindowsPath WindowsRegistryFinder With Yield YieldFrom ZipExtFile ZipFile ZipInfo ZipReader _AnnotatedAlias _AnyMeta
  _AsyncGeneratorContextManager _BaseAddress _BaseConstants _BaseExitStack _BaseGenericAlias _BaseNetwork _BaseV4
  _BaseV6 _BlockingOnManager _BoundVarianceMixin _BufferedIOBase _BytesIOBuffer _CData _CallableGenericAlias
  _CallableType _ConcatenateGenericAlias _DeleteDummyThreadOnDel _DeprecateByteStringMeta _DeprecatedType
  _DummyModuleLock _DummyThread _EnumDict _Environ _ExceptHookArgs _Final _Flavour _Framer _FuncPtr
  _GeneratorContextManager _GeneratorContextManagerBase _GeneratorWrapper _GenericAlias _GiveupOnFastCopy _HashedSeq
  _Helper _IOBase _IPAddressBase _IPv4Constants _IPv6Constants _Immutable _ImportLockContext _Info _IterationGuard
  _LazyModule _Link _List _LiteralGenericAlias _LiteralSpecialForm _LoaderBasics _MainThread _ModuleLock
  _ModuleLockManager _NamedIntConstant _NamespaceLoader _NamespacePath _NetlocResultMixinBase _NetlocResultMixinBytes
  _NetlocResultMixinStr _NotIterable _OrderedDictItemsView _OrderedDictKeysView _OrderedDictValuesView _PathParents
  _PickleUsingNameMixin _Pickler _Pointer _PosixFlavour _PreciseSelector _Printer _ProtocolMeta _Quoter _RLock
  _RandomNameSequence _RawIOBase _RecursiveWildcardSelector _RedirectStream _ResultMixinBytes _ResultMixinStr
  _Selector _SharedFile _SimpleCData _SpecialForm _SpecialGenericAlias _Stop _Tellable _TemplateMetaclass
  _TemporaryFileCloser _TemporaryFileWrapper _TerminatingSelector _TextIOBase _ThreadHandle _Traces _TrivialRe
  _TupleType _TypedDictMeta _TypingEllipsis _Unframer _UnionGenericAlias _UnpackGenericAlias _Unpickler
  _WeakValueDictionary _WildcardSelector _WindowsFlavour _ZeroSentinel _ZipImportResourceReader _ZipWriteFile
`);

/** The distinct words of a text. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter(Boolean));
}
