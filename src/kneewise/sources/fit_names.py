"""Names for the numbers in a FIT file: kinds of file, sports, makers, watches and developer applications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final


def _numbered(table: str) -> dict[int, str]:
    """Return number -> name from a table of ``number:name`` words."""
    return {int(number): name for number, _, name in (word.partition(":") for word in table.split())}


#: file_id.type; the last three are not in the public profile but in every Garmin account export.
FILE_KINDS: Final = _numbered("""
    1:device 2:settings 3:sport 4:activity 5:workout 6:course 7:schedules 9:weight 10:totals 11:goals
    14:blood_pressure 15:monitoring 20:activity_summary 28:monitoring 32:monitoring 34:segment 35:segment_list
    40:exd_configuration 44:metrics 49:sleep 68:hrv_status
""")

SPORTS: Final = _numbered("""
    0:generic 1:running 2:cycling 3:transition 4:fitness_equipment 5:swimming 6:basketball 7:soccer 8:tennis
    9:american_football 10:training 11:walking 12:cross_country_skiing 13:alpine_skiing 14:snowboarding 15:rowing
    16:mountaineering 17:hiking 18:multisport 19:paddling 20:flying 21:e_biking 22:motorcycling 23:boating 24:driving
    25:golf 26:hang_gliding 27:horseback_riding 28:hunting 29:fishing 30:inline_skating 31:rock_climbing 32:sailing
    33:ice_skating 34:sky_diving 35:snowshoeing 36:snowmobiling 37:stand_up_paddleboarding 38:surfing 39:wakeboarding
    40:water_skiing 41:kayaking 42:rafting 43:windsurfing 44:kitesurfing 45:tactical 46:jumpmaster 47:boxing
    48:floor_climbing 49:baseball 53:diving 56:shooting 58:winter_sport 59:grinding 62:hiit 63:video_gaming 64:racket
    65:wheelchair_push_walk 66:wheelchair_push_run 67:meditation 68:para_sport 69:disc_golf 70:team_sport 71:cricket
    72:rugby 73:hockey 74:lacrosse 75:volleyball 76:water_tubing 77:wakesurfing 78:water_sport 79:archery
    80:mixed_martial_arts 81:motor_sports 82:snorkeling 83:dance 84:jump_rope 85:pool_apnea 86:mobility 87:geocaching
    88:canoeing 254:all
""")

SUB_SPORTS: Final = _numbered("""
    0:generic 1:treadmill 2:street 3:trail 4:track 5:spin 6:indoor_cycling 7:road 8:mountain 9:downhill 10:recumbent
    11:cyclocross 12:hand_cycling 13:track_cycling 14:indoor_rowing 15:elliptical 16:stair_climbing 17:lap_swimming
    18:open_water 19:flexibility_training 20:strength_training 21:warm_up 22:match 23:exercise 24:challenge
    25:indoor_skiing 26:cardio_training 27:indoor_walking 28:e_bike_fitness 29:bmx 30:casual_walking 31:speed_walking
    32:bike_to_run_transition 33:run_to_bike_transition 34:swim_to_bike_transition 35:atv 36:motocross 37:backcountry
    38:resort 39:rc_drone 40:wingsuit 41:whitewater 42:skate_skiing 43:yoga 44:pilates 45:indoor_running
    46:gravel_cycling 47:e_bike_mountain 48:commuting 49:mixed_surface 50:navigate 51:track_me 52:map
    53:single_gas_diving 54:multi_gas_diving 55:gauge_diving 56:apnea_diving 57:apnea_hunting 58:virtual_activity
    59:obstacle 62:breathing 63:ccr_diving 65:sail_race 66:expedition 67:ultra 68:indoor_climbing 69:bouldering 70:hiit
    71:indoor_grinding 72:hunting_with_dogs 73:amrap 74:emom 75:tabata 77:esport 78:triathlon 79:duathlon 80:brick
    81:swim_run 82:adventure_race 83:trucker_workout 84:pickleball 85:padel 86:indoor_wheelchair_walk
    87:indoor_wheelchair_run 88:indoor_hand_cycling 90:field 91:ice 92:ultimate 93:platform 94:squash 95:badminton
    96:racquetball 97:table_tennis 98:overland 99:trolling_motor 110:fly_canopy 111:fly_paraglide 112:fly_paramotor
    113:fly_pressurized 114:fly_navigate 115:fly_timer 116:fly_altimeter 117:fly_wx 118:fly_vfr 119:fly_ifr
    121:dynamic_apnea 123:enduro 124:rucking 125:rally 126:pool_triathlon 127:e_bike_enduro 254:all
""")

GARMIN: Final = 1
DEVELOPMENT: Final = 255

MANUFACTURERS: Final[dict[int, str]] = {
    1: "Garmin",
    13: "Dynastream",
    15: "Dynastream",
    23: "Suunto",
    32: "Wahoo",
    41: "Shimano",
    52: "Epson",
    53: "Epson",
    63: "Specialized",
    71: "TomTom",
    89: "Tacx",
    95: "Stryd",
    105: "Cosinuss",
    111: "Technogym",
    112: "Bryton",
    115: "iGPSPORT",
    123: "Polar",
    127: "Leomo",
    128: "iFit",
    129: "COROS",
    130: "Versa Design",
    142: "TAG Heuer",
    148: "EZON",
    150: "MyZone",
    255: "development",
    257: "HealthAndLife",
    258: "Lezyne",
    259: "Scribe Labs",
    260: "Zwift",
    265: "Strava",
    267: "Bryton",
    268: "SRAM",
    289: "Hammerhead",
    294: "COROS",
    300: "NURVV",
    303: "greenTEG",
    305: "WHOOP",
    310: "Decathlon",
    322: "Shanyue",
    326: "Nike",
    331: "MyWhoosh",
    337: "Runna",
    339: "Zepp",
    340: "Peloton",
    342: "Tissot",
    348: "Huawei",
    349: "GOTOES",
}

#: Garmin's watches, an underscore for a space.
GARMIN_PRODUCTS: Final = {
    number: name.replace("_", " ")
    for number, name in _numbered("""
    717:Forerunner_405 782:Forerunner_50 988:Forerunner_60 1018:Forerunner_310XT 1124:Forerunner_110
    1328:Forerunner_910XT 1345:Forerunner_610 1436:Forerunner_70 1446:Forerunner_310XT 1482:Forerunner_10 1551:Fenix
    1623:Forerunner_620 1632:Forerunner_220 1765:Forerunner_920XT 1903:Forerunner_15 1967:Fenix_2 1988:Epix
    2050:Fenix_3 2148:Forerunner_25 2153:Forerunner_225 2156:Forerunner_630 2157:Forerunner_230
    2158:Forerunner_735XT 2413:Fenix_3_HR 2431:Forerunner_235 2432:Fenix_3_Chronos 2503:Forerunner_35 2544:Fenix_5S
    2604:Fenix_5X 2691:Forerunner_935 2697:Fenix_5 2700:Vivoactive_3 2859:Descent 2886:Forerunner_645
    2888:Forerunner_645_Music 2891:Forerunner_30 2900:Fenix_5S_Plus 2988:Vivoactive_3_Music 3066:Vivoactive_3_Music
    3076:Forerunner_245 3077:Forerunner_245_Music 3110:Fenix_5_Plus 3111:Fenix_5X_Plus 3113:Forerunner_945
    3126:Instinct_Esports 3224:Vivoactive_4_Small 3225:Vivoactive_4 3226:Venu 3246:Marq_Driver 3247:Marq_Aviator
    3248:Marq_Captain 3249:Marq_Commander 3250:Marq_Expedition 3251:Marq_Athlete 3258:Descent_Mk2 3282:Forerunner_45
    3287:Fenix_6S_Sport 3288:Fenix_6S 3289:Fenix_6_Sport 3290:Fenix_6 3291:Fenix_6X 3466:Instinct_Solar
    3542:Descent_Mk2S 3589:Forerunner_745 3596:Venu_Sq_Music 3599:Venu_Sq_Music_V2 3600:Venu_Sq 3615:Lily
    3624:Marq_Adventurer 3638:Enduro 3652:Forerunner_945_LTE 3703:Venu_2 3704:Venu_2S 3739:Marq_Golfer
    3851:Venu_2_Plus 3869:Forerunner_55 3888:Instinct_2 3889:Instinct_2S 3905:Fenix_7S 3906:Fenix_7 3907:Fenix_7X
    3943:Epix_(Gen_2) 3990:Forerunner_255_Music 3991:Forerunner_255_Small_Music 3992:Forerunner_255
    3993:Forerunner_255_Small 4005:Descent_G1 4024:Forerunner_955 4105:Marq_(Gen_2) 4115:Venu_Sq_2
    4116:Venu_Sq_2_Music 4124:Marq_(Gen_2)_Aviator 4135:Tactix_7 4155:Instinct_Crossover 4222:Descent_Mk3
    4223:Descent_Mk3i 4257:Forerunner_265 4258:Forerunner_265_Small 4260:Venu_3 4261:Venu_3S
    4312:Epix_(Gen_2)_Pro_42_mm 4313:Epix_(Gen_2)_Pro_47_mm 4314:Epix_(Gen_2)_Pro_51_mm 4315:Forerunner_965
    4341:Enduro_2 4374:Fenix_7S_Pro_Solar 4375:Fenix_7_Pro_Solar 4376:Fenix_7X_Pro_Solar 4380:Lily_2
    4394:Instinct_2X 4426:Vivoactive_5 4432:Forerunner_165 4433:Forerunner_165_Music 4472:Marq_(Gen_2)_Commander
    4477:Lily_Athlete 4532:Fenix_8_Solar 4533:Fenix_8_Solar 4534:Fenix_8_Small 4536:Fenix_8 4565:Forerunner_970
    4570:Forerunner_570 4574:Forerunner_570_Small 4575:Enduro_3 4583:Instinct_E_40_mm 4584:Instinct_E_45_mm
    4585:Instinct_3_Solar_45_mm 4586:Instinct_3_AMOLED_45_mm 4587:Instinct_3_AMOLED_50_mm 4588:Descent_G2
    4595:Fenix_7_Pro_Solar 4603:Venu_X1 4625:Vivoactive_6 4631:Fenix_8_Pro 4643:Venu_4 4644:Venu_4S 4666:Fenix_E
    4678:Instinct_Crossover_AMOLED 4759:Instinct_3_Solar_50_mm 4775:Tactix_8_AMOLED 4776:Tactix_8_Solar
    4814:Forerunner_170_Music 4815:Forerunner_170 4916:Forerunner_70_(2026) 4952:Fenix_9_Pro_43_mm
    4953:Fenix_9_Pro_47_mm 4954:Fenix_9_Pro_51_mm 4955:Fenix_9_Pro_Solar_47_mm 4956:Fenix_9_Pro_Solar_51_mm
    5133:Fenix_9_43_mm 5134:Fenix_9 5169:Enduro_4
""").items()
}

#: Connect IQ application ids seen in runners' files.
_APPLICATION_IDS: Final = {
    "660a581e5301460c8f2f034c8b6dc90f": "Stryd",
    "18fb2cf01a4b430dad66988c847421f4": "Stryd",
    "07a19e10580f4adf868eccb7b872b08b": "Garmin Running Power",
}

#: Field names that only one maker writes.
_SIGNATURES: Final = {
    "Form Power": "Stryd",
    "Leg Spring Stiffness": "Stryd",
    "Air Power": "Stryd",
    "Impact Loading Rate": "Stryd",
    "BrakingGs": "RunScribe",
    "ImpactGs": "RunScribe",
    "FlightRatio": "RunScribe",
    "FootstrikeType": "RunScribe",
    "Effort Pace": "COROS",
}
_PREFIXES: Final = {"RS_": "RunScribe", "RP_": "Garmin Running Power"}


def device_name(manufacturer: int | None, product: int | None, product_name: str | None) -> str | None:
    """Return ``"Garmin Forerunner 255"``, ``"Wahoo ELEMNT BOLT"``, ``"garmin 9999"``; None where nothing is known."""
    if manufacturer is None:
        return product_name
    maker = MANUFACTURERS.get(manufacturer, f"manufacturer {manufacturer}")
    name = product_name or (GARMIN_PRODUCTS.get(product) if manufacturer == GARMIN and product is not None else None)
    if name is None:
        return f"{maker.lower()} {product}" if product is not None else maker
    anonymous = manufacturer == DEVELOPMENT or name.lower().startswith(maker.lower())
    return name if anonymous else f"{maker} {name}"


def application_name(index: int, application_id: bytes | None, manufacturer: int | None, fields: Iterable[str]) -> str:
    """Name a developer application by its id, else by fields only it writes, else by its maker, else by its index."""
    known = _APPLICATION_IDS.get(application_id.hex()) if application_id else None
    for name in () if known else fields:
        known = known or _SIGNATURES.get(name) or _PREFIXES.get(name[:3])
    if known is None and manufacturer != DEVELOPMENT:
        known = MANUFACTURERS.get(manufacturer) if manufacturer is not None else None
    return known or f"developer {index}"
