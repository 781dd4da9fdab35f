/*
 * What the web platform's functions do: data only, as TypeScript's lib.dom.d.ts, lib.webworker*.d.ts and lib.scripthost.d.ts
 * declare them; Node's globals of the same names are the same things. See ../known-apis.ts for how a name is looked up.
 */
import { all, impure, pure } from "./verdict.js";
import type { Surface } from "./verdict.js";

const frozen = "Write the value down: what the browser makes of it is not the same everywhere.";

export const dom: Surface = {
  entries: [
    // Data, and functions from data to data.
    ...all(
      `
     AbortController AbortSignal CustomEvent DOMException DOMMatrix DOMMatrixReadOnly DOMPoint
     DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly Event EventListener EventListenerObject EventTarget
     FormDataIterator Headers HeadersIterator ImageData SVGMatrix SVGPoint SVGRect TextDecoder TextEncoder
     URL URLPattern URLSearchParams URLSearchParamsIterator VoidFunction WebKitCSSMatrix atob btoa
     structuredClone webkitURL
    `,
      pure,
    ),
    ...all("URL.createObjectURL URL.revokeObjectURL", impure("io")),
    ["AbortSignal.timeout", impure("timers")],
    ["Event.timeStamp", impure("clock")],
    ["CSS.escape", pure],
    ["CSS", impure("environment", frozen)],

    ...all(
      `
     Performance PerformanceEntry PerformanceEventTiming PerformanceMark PerformanceMeasure
     PerformanceNavigation PerformanceNavigationTiming PerformanceObserver PerformanceObserverCallback
     PerformanceObserverEntryList PerformancePaintTiming PerformanceResourceTiming PerformanceServerTiming
     PerformanceTiming performance
    `,
      impure("clock"),
    ),
    ...all("Crypto CryptoKey SubtleCrypto crypto", impure("randomness")),
    // A hash draws nothing; that its promise is none of the run's is a rule of its own.
    ...all("Crypto.subtle SubtleCrypto.digest", pure),
    ...all(
      `
     AnimationFrameProvider FrameRequestCallback IdleDeadline IdleRequestCallback Scheduler
     SchedulerPostTaskCallback TaskController TaskPriorityChangeEvent TaskSignal cancelAnimationFrame
     cancelIdleCallback clearInterval clearTimeout queueMicrotask requestAnimationFrame requestIdleCallback
     scheduler setInterval setTimeout
    `,
      impure("timers"),
    ),
    ...all("console Console", impure("logging")),
    ["WebAssembly", impure("dynamicCode")],
    ...all(
      "CompileError Exception Global Instance LinkError Memory Module RuntimeError Table Tag",
      impure("dynamicCode"),
      "WebAssembly",
    ),

    // Networks, files, devices, other threads, and the person in front of the screen.
    ...all(
      `
     AbstractWorker ActiveXObject Audio AudioBuffer AudioBufferSourceNode AudioContext AudioData
     AudioDataOutputCallback AudioDecoder AudioDestinationNode AudioEncoder AudioListener AudioNode
     AudioParam AudioParamMap AudioProcessingEvent AudioScheduledSourceNode AudioWorklet AudioWorkletNode
     AuthenticatorAssertionResponse AuthenticatorAttestationResponse AuthenticatorResponse BaseAudioContext
     Blob BlobCallback BlobEvent Body BroadcastChannel ByteLengthQueuingStrategy Cache CacheStorage Client
     Clients Clipboard ClipboardEvent ClipboardItem CloseEvent CompressionStream CookieChangeEvent
     CookieStore CookieStoreManager CountQueuingStrategy Credential CredentialsContainer DataTransfer
     DataTransferItem DataTransferItemList DecompressionStream DedicatedWorkerGlobalScope DigitalCredential
     EncodedAudioChunk EncodedAudioChunkOutputCallback EncodedVideoChunk EncodedVideoChunkOutputCallback
     Enumerator EnumeratorConstructor EventSource ExtendableCookieChangeEvent ExtendableEvent
     ExtendableMessageEvent FetchEvent File FileCallback FileList FileReader FileReaderSync FileSystem
     FileSystemDirectoryEntry FileSystemDirectoryHandle FileSystemDirectoryHandleAsyncIterator
     FileSystemDirectoryReader FileSystemEntriesCallback FileSystemEntry FileSystemEntryCallback
     FileSystemFileEntry FileSystemFileHandle FileSystemHandle FileSystemSyncAccessHandle
     FileSystemWritableFileStream FormData FormDataEvent GPU GPUAdapter GPUAdapterInfo GPUBindGroup
     GPUBindGroupLayout GPUBindingCommandsMixin GPUBuffer GPUCanvasContext GPUCommandBuffer
     GPUCommandEncoder GPUCompilationInfo GPUCompilationMessage GPUComputePassEncoder GPUComputePipeline
     GPUDebugCommandsMixin GPUDevice GPUDeviceLostInfo GPUError GPUExternalTexture GPUInternalError
     GPUOutOfMemoryError GPUPipelineBase GPUPipelineError GPUPipelineLayout GPUQuerySet GPUQueue
     GPURenderBundle GPURenderBundleEncoder GPURenderCommandsMixin GPURenderPassEncoder GPURenderPipeline
     GPUSampler GPUShaderModule GPUSupportedFeatures GPUSupportedLimits GPUTexture GPUTextureView
     GPUUncapturedErrorEvent GPUValidationError Geolocation GeolocationCoordinates GeolocationPosition
     GeolocationPositionError IDBCursor IDBCursorWithValue IDBDatabase IDBFactory IDBIndex IDBKeyRange
     IDBObjectStore IDBOpenDBRequest IDBRequest IDBTransaction IDBVersionChangeEvent ITextWriter Image
     ImageBitmap ImageBitmapRenderingContext ImageCapture ImageDecoder ImageTrack ImageTrackList
     InputDeviceInfo Lock LockGrantedCallback LockManager MIDIAccess MIDIConnectionEvent MIDIInput
     MIDIInputMap MIDIMessageEvent MIDIOutput MIDIOutputMap MIDIPort MediaCapabilities MediaDeviceInfo
     MediaDevices MediaElementAudioSourceNode MediaEncryptedEvent MediaKeyMessageEvent MediaKeySession
     MediaKeyStatusMap MediaKeyStatusMapIterator MediaKeySystemAccess MediaKeys MediaMetadata MediaRecorder
     MediaSession MediaSessionActionHandler MediaSource MediaSourceHandle MediaStream
     MediaStreamAudioDestinationNode MediaStreamAudioSourceNode MediaStreamTrack MediaStreamTrackEvent
     MediaStreamTrackProcessor MessageChannel MessageEvent MessageEventTarget MessagePort NavigatorBadge
     NavigatorContentUtils NavigatorLogin Notification NotificationEvent NotificationPermissionCallback
     OfflineAudioCompletionEvent OfflineAudioContext PaymentAddress PaymentMethodChangeEvent PaymentRequest
     PaymentRequestUpdateEvent PaymentResponse PermissionStatus Permissions PictureInPictureEvent
     PictureInPictureWindow PositionCallback PositionErrorCallback PublicKeyCredential PushEvent PushManager
     PushMessageData PushSubscription PushSubscriptionChangeEvent PushSubscriptionOptions
     QueuingStrategySize RTCCertificate RTCDTMFSender RTCDTMFToneChangeEvent RTCDataChannel
     RTCDataChannelEvent RTCDtlsTransport RTCEncodedAudioFrame RTCEncodedVideoFrame RTCError RTCErrorEvent
     RTCIceCandidate RTCIceTransport RTCPeerConnection RTCPeerConnectionErrorCallback
     RTCPeerConnectionIceErrorEvent RTCPeerConnectionIceEvent RTCRtpReceiver RTCRtpScriptTransform
     RTCRtpScriptTransformer RTCRtpSender RTCRtpTransceiver RTCSctpTransport RTCSessionDescription
     RTCSessionDescriptionCallback RTCStatsReport RTCTrackEvent RTCTransformEvent
     ReadableByteStreamController ReadableStream ReadableStreamAsyncIterator ReadableStreamBYOBReader
     ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader
     ReadableStreamGenericReader RemotePlayback RemotePlaybackAvailabilityCallback ReportingObserver
     ReportingObserverCallback Request Response ServiceWorker ServiceWorkerContainer
     ServiceWorkerGlobalScope ServiceWorkerRegistration SharedWorker SharedWorkerGlobalScope
     SpeechRecognitionAlternative SpeechRecognitionErrorEvent SpeechRecognitionEvent SpeechRecognitionResult
     SpeechRecognitionResultList SpeechSynthesis SpeechSynthesisErrorEvent SpeechSynthesisEvent
     SpeechSynthesisUtterance SpeechSynthesisVoice StorageManager TextDecoderStream TextEncoderStream
     TextStreamBase TextStreamReader TextStreamWriter TransformStream TransformStreamDefaultController
     TransformerFlushCallback TransformerStartCallback TransformerTransformCallback
     UnderlyingSinkAbortCallback UnderlyingSinkCloseCallback UnderlyingSinkStartCallback
     UnderlyingSinkWriteCallback UnderlyingSourceCancelCallback UnderlyingSourcePullCallback
     UnderlyingSourceStartCallback VBArray VBArrayConstructor VideoDecoder VideoEncoder VideoFrame
     VideoFrameOutputCallback VideoFrameRequestCallback WGSLLanguageFeatures WSH WScript WakeLock
     WakeLockSentinel WebCodecsErrorCallback WebSocket WebTransport WebTransportBidirectionalStream
     WebTransportDatagramDuplexStream WebTransportError Worker WorkerGlobalScope Worklet WritableStream
     WritableStreamDefaultController WritableStreamDefaultWriter XMLHttpRequest XMLHttpRequestEventTarget
     XMLHttpRequestUpload alert caches confirm cookieStore createImageBitmap fetch importScripts indexedDB
     open postMessage print prompt reportError speechSynthesis
    `,
      impure("io"),
    ),

    // The page, its window, and the machine that shows it.
    ...all(
      `
     ANGLE_instanced_arrays AbstractRange AnalyserNode Animatable Animation AnimationEffect AnimationEvent
     AnimationPlaybackEvent AnimationTimeline Attr BarProp BeforeUnloadEvent BiquadFilterNode CDATASection
     CSSAnimation CSSConditionRule CSSContainerRule CSSCounterStyleRule CSSFontFaceRule
     CSSFontFeatureValuesRule CSSFontPaletteValuesRule CSSGroupingRule CSSImageValue CSSImportRule
     CSSKeyframeRule CSSKeyframesRule CSSKeywordValue CSSLayerBlockRule CSSLayerStatementRule CSSMathClamp
     CSSMathInvert CSSMathMax CSSMathMin CSSMathNegate CSSMathProduct CSSMathSum CSSMathValue
     CSSMatrixComponent CSSMediaRule CSSNamespaceRule CSSNestedDeclarations CSSNumericArray CSSNumericValue
     CSSPageDescriptors CSSPageRule CSSPerspective CSSPositionTryDescriptors CSSPositionTryRule
     CSSPropertyRule CSSRotate CSSRule CSSRuleList CSSScale CSSScopeRule CSSSkew CSSSkewX CSSSkewY
     CSSStartingStyleRule CSSStyleDeclaration CSSStyleDeclarationBase CSSStyleProperties CSSStyleRule
     CSSStyleSheet CSSStyleValue CSSSupportsRule CSSTransformComponent CSSTransformValue CSSTransition
     CSSTranslate CSSUnitValue CSSUnparsedValue CSSVariableReferenceValue CSSViewTransitionRule
     CanvasCaptureMediaStreamTrack CanvasDrawImage CanvasDrawPath CanvasFillStrokeStyles CanvasGradient
     CanvasImageData CanvasPath CanvasPathDrawingStyles CanvasPattern CanvasRect CanvasRenderingContext2D
     CanvasSettings CanvasState CanvasText CanvasTransform CanvasUserInterface CaretPosition
     ChannelMergerNode ChannelSplitterNode CharacterData ChildNode CommandEvent Comment CompositionEvent
     ComputedKeyframe ConstantSourceNode ContentVisibilityAutoStateChangeEvent ConvolverNode
     CustomElementConstructor CustomElementRegistry CustomStateSet DOMImplementation DOMParser DOMRectList
     DOMStringList DOMStringMap DOMTokenList DecodeErrorCallback DecodeSuccessCallback DelayNode
     DeviceMotionEvent DeviceOrientationEvent Document DocumentFragment DocumentOrShadowRoot
     DocumentTimeline DocumentType DragEvent DynamicsCompressorNode Element ElementCSSInlineStyle
     ElementInternals ErrorCallback ErrorEvent EventCounts External FocusEvent FontFace FontFaceSet
     FontFaceSetLoadEvent FragmentDirective FunctionStringCallback GainNode Gamepad GamepadButton
     GamepadEvent GamepadHapticActuator GlobalEventHandlers HTMLAllCollection HTMLAnchorElement
     HTMLAreaElement HTMLAudioElement HTMLBRElement HTMLBaseElement HTMLBodyElement HTMLButtonElement
     HTMLCanvasElement HTMLCollection HTMLCollectionBase HTMLCollectionOf HTMLDListElement HTMLDataElement
     HTMLDataListElement HTMLDetailsElement HTMLDialogElement HTMLDirectoryElement HTMLDivElement
     HTMLDocument HTMLElement HTMLEmbedElement HTMLFieldSetElement HTMLFontElement
     HTMLFormControlsCollection HTMLFormElement HTMLFrameElement HTMLFrameSetElement HTMLHRElement
     HTMLHeadElement HTMLHeadingElement HTMLHtmlElement HTMLHyperlinkElementUtils HTMLIFrameElement
     HTMLImageElement HTMLInputElement HTMLLIElement HTMLLabelElement HTMLLegendElement HTMLLinkElement
     HTMLMapElement HTMLMarqueeElement HTMLMediaElement HTMLMenuElement HTMLMetaElement HTMLMeterElement
     HTMLModElement HTMLOListElement HTMLObjectElement HTMLOptGroupElement HTMLOptionElement
     HTMLOptionsCollection HTMLOrSVGElement HTMLOutputElement HTMLParagraphElement HTMLParamElement
     HTMLPictureElement HTMLPreElement HTMLProgressElement HTMLQuoteElement HTMLScriptElement
     HTMLSelectElement HTMLSlotElement HTMLSourceElement HTMLSpanElement HTMLStyleElement
     HTMLTableCaptionElement HTMLTableCellElement HTMLTableColElement HTMLTableDataCellElement
     HTMLTableElement HTMLTableHeaderCellElement HTMLTableRowElement HTMLTableSectionElement
     HTMLTemplateElement HTMLTextAreaElement HTMLTimeElement HTMLTitleElement HTMLTrackElement
     HTMLUListElement HTMLUnknownElement HTMLVideoElement HashChangeEvent Highlight HighlightRegistry
     History IIRFilterNode InputEvent IntersectionObserver IntersectionObserverCallback
     IntersectionObserverEntry KeyboardEvent Keyframe KeyframeEffect LargestContentfulPaint Location
     MathMLElement MediaError MediaList MediaQueryList MediaQueryListEvent MimeType MimeTypeArray MouseEvent
     MutationCallback MutationObserver MutationRecord NamedNodeMap NavigateEvent Navigation
     NavigationActivation NavigationCurrentEntryChangeEvent NavigationDestination NavigationHistoryEntry
     NavigationInterceptHandler NavigationPrecommitController NavigationPrecommitHandler
     NavigationPreloadManager NavigationTransition Navigator NavigatorPlugins Node NodeFilter NodeIterator
     NodeList NodeListOf NonElementParentNode OES_draw_buffers_indexed OES_vertex_array_object
     OVR_multiview2 OffscreenCanvas OffscreenCanvasRenderingContext2D OnBeforeUnloadEventHandlerNonNull
     OnErrorEventHandlerNonNull Option OscillatorNode OverconstrainedError PageRevealEvent PageSwapEvent
     PageTransitionEvent PannerNode ParentNode Path2D PeriodicWave Plugin PluginArray PointerEvent
     PopStateEvent ProcessingInstruction ProgressEvent PromiseRejectionEvent PropertyIndexedKeyframes
     RadioNodeList Range ResizeObserver ResizeObserverCallback ResizeObserverEntry ResizeObserverSize
     SVGAElement SVGAngle SVGAnimateElement SVGAnimateMotionElement SVGAnimateTransformElement
     SVGAnimatedAngle SVGAnimatedBoolean SVGAnimatedEnumeration SVGAnimatedInteger SVGAnimatedLength
     SVGAnimatedLengthList SVGAnimatedNumber SVGAnimatedNumberList SVGAnimatedPreserveAspectRatio
     SVGAnimatedRect SVGAnimatedString SVGAnimatedTransformList SVGAnimationElement SVGCircleElement
     SVGClipPathElement SVGComponentTransferFunctionElement SVGDefsElement SVGDescElement SVGElement
     SVGEllipseElement SVGFEBlendElement SVGFEColorMatrixElement SVGFEComponentTransferElement
     SVGFECompositeElement SVGFEConvolveMatrixElement SVGFEDiffuseLightingElement
     SVGFEDisplacementMapElement SVGFEDistantLightElement SVGFEDropShadowElement SVGFEFloodElement
     SVGFEFuncAElement SVGFEFuncBElement SVGFEFuncGElement SVGFEFuncRElement SVGFEGaussianBlurElement
     SVGFEImageElement SVGFEMergeElement SVGFEMergeNodeElement SVGFEMorphologyElement SVGFEOffsetElement
     SVGFEPointLightElement SVGFESpecularLightingElement SVGFESpotLightElement SVGFETileElement
     SVGFETurbulenceElement SVGFilterElement SVGForeignObjectElement SVGGElement SVGGeometryElement
     SVGGradientElement SVGGraphicsElement SVGImageElement SVGLength SVGLengthList SVGLineElement
     SVGLinearGradientElement SVGMPathElement SVGMarkerElement SVGMaskElement SVGMetadataElement SVGNumber
     SVGNumberList SVGPathElement SVGPatternElement SVGPointList SVGPolygonElement SVGPolylineElement
     SVGPreserveAspectRatio SVGRadialGradientElement SVGRectElement SVGSVGElement SVGScriptElement
     SVGSetElement SVGStopElement SVGStringList SVGStyleElement SVGSwitchElement SVGSymbolElement
     SVGTSpanElement SVGTextContentElement SVGTextElement SVGTextPathElement SVGTextPositioningElement
     SVGTitleElement SVGTransform SVGTransformList SVGUnitTypes SVGUseElement SVGViewElement Sanitizer
     Screen ScreenOrientation ScriptProcessorNode ScrollTimeline SecurityPolicyViolationEvent Selection
     ShadowRoot SourceBuffer SourceBufferList StaticRange StereoPannerNode Storage StorageEvent
     StylePropertyMap StylePropertyMapReadOnly StylePropertyMapReadOnlyIterator StyleSheet StyleSheetList
     SubmitEvent Text TextEvent TextMetrics TextTrack TextTrackCue TextTrackCueList TextTrackList TimeRanges
     ToggleEvent Touch TouchEvent TouchList TrackEvent TransitionEvent TreeWalker UIEvent UserActivation
     VTTCue VTTRegion ValidityState VideoColorSpace VideoPlaybackQuality ViewTimeline ViewTransition
     ViewTransitionTypeSet ViewTransitionUpdateCallback VisualViewport WEBGL_compressed_texture_astc
     WEBGL_debug_shaders WEBGL_draw_buffers WEBGL_lose_context WEBGL_multi_draw WaveShaperNode
     WebGL2RenderingContext WebGL2RenderingContextBase WebGL2RenderingContextOverloads WebGLActiveInfo
     WebGLBuffer WebGLContextEvent WebGLFramebuffer WebGLProgram WebGLQuery WebGLRenderbuffer
     WebGLRenderingContext WebGLRenderingContextBase WebGLRenderingContextOverloads WebGLSampler WebGLShader
     WebGLShaderPrecisionFormat WebGLSync WebGLTexture WebGLTransformFeedback WebGLUniformLocation
     WebGLVertexArrayObject WheelEvent Window WindowClient WindowEventHandlers WindowOrWorkerGlobalScope
     WorkerLocation WorkerNavigator XMLDocument XMLSerializer XPathEvaluator XPathEvaluatorBase
     XPathExpression XPathResult XSLTProcessor addEventListener blur captureEvents clientInformation close
     closed crossOriginIsolated customElements devicePixelRatio dispatchEvent document event external focus
     fonts frameElement frames getComputedStyle getSelection history innerHeight innerWidth isSecureContext
     length localStorage location locationbar matchMedia menubar moveBy moveTo name navigation navigator
     opener orientation origin originAgentCluster outerHeight outerWidth pageXOffset pageYOffset parent
     personalbar releaseEvents removeEventListener resizeBy resizeTo screen screenLeft screenTop screenX
     screenY scroll scrollBy scrollTo scrollX scrollY scrollbars self sessionStorage status statusbar stop
     toolbar top visualViewport window
    `,
      impure("environment"),
    ),
    // Handlers that stand on the window, and so in the scope of every script.
    ...all(
      `
     onabort onafterprint onanimationcancel onanimationend onanimationiteration onanimationstart onauxclick
     onbeforeinput onbeforematch onbeforeprint onbeforetoggle onbeforeunload onblur oncancel oncanplay
     oncanplaythrough onchange onclick onclose oncommand oncontextlost oncontextmenu oncontextrestored
     oncopy oncuechange oncut ondblclick ondevicemotion ondeviceorientation ondeviceorientationabsolute
     ondrag ondragend ondragenter ondragleave ondragover ondragstart ondrop ondurationchange onemptied
     onended onerror onfocus onformdata ongamepadconnected ongamepaddisconnected ongotpointercapture
     onhashchange oninput oninvalid onkeydown onkeypress onkeyup onlanguagechange onload onloadeddata
     onloadedmetadata onloadstart onlostpointercapture onmessage onmessageerror onmousedown onmouseenter
     onmouseleave onmousemove onmouseout onmouseover onmouseup onoffline ononline onorientationchange
     onpagehide onpagereveal onpageshow onpageswap onpaste onpause onplay onplaying onpointercancel
     onpointerdown onpointerenter onpointerleave onpointermove onpointerout onpointerover onpointerrawupdate
     onpointerup onpopstate onprogress onratechange onrejectionhandled onreset onresize onrtctransform
     onscroll onscrollend onsecuritypolicyviolation onseeked onseeking onselect onselectionchange
     onselectstart onslotchange onstalled onstorage onsubmit onsuspend ontimeupdate ontoggle ontouchcancel
     ontouchend ontouchmove ontouchstart ontransitioncancel ontransitionend ontransitionrun
     ontransitionstart onunhandledrejection onunload onvolumechange onwaiting onwebkitanimationend
     onwebkitanimationiteration onwebkitanimationstart onwebkittransitionend onwheel
    `,
      impure("environment"),
    ),
    // Of the window, too: not what every object has.
    ["toString", impure("environment", "Name the object: value.toString().")],
    // What only the Windows Script Host has.
    ...all("Date.getVarDate SafeArray VarDate", impure("environment")),
  ],
  listed: [],
};
